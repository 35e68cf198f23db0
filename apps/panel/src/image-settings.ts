import { isIP } from 'node:net'
import { canonicalAddress } from './addressing/address.ts'
import type { EmbeddedCloudOptions } from './cloud/embedded/embedded-cloud.ts'
import { fetchingImageSource } from './cloud/embedded/image-source/fetching-image-source.ts'

/** The settings that decide where images come from. */
export interface ImageSettings {
  /** `IMAGE_URLS`: URLs that count as present without being fetched, with the sizes of their images in GB. @default none */
  readonly imageUrls: ReadonlyMap<string, number>
  /** `IMAGE_INTERNAL_HOSTS`: hosts that images may be fetched from although they aren't on the public internet. @default none */
  readonly imageInternalHosts: ReadonlySet<string>
}

/** Where the embedded cloud gets images from. */
export function imagesBy({
  imageUrls: listedImages,
  imageInternalHosts: internalHosts,
}: ImageSettings): Pick<Required<EmbeddedCloudOptions>, 'listedImages' | 'imageSource'> {
  // Who lists what is there has no internet to ask for the rest.
  const isUnknownHostEmpty = listedImages.size > 0
  return { listedImages, imageSource: fetchingImageSource({ internalHosts, isUnknownHostEmpty }) }
}

const listedGbMax = 50

/** URLs with commas or spaces between, each with its size as in `…=4GB` where it isn't 1 GB; undefined if one is none. */
export function readImageUrls(text: string): ReadonlyMap<string, number> | undefined {
  const listed = new Map<string, number>()
  for (const entry of text.split(/[\s,]+/).filter(entry => entry !== '')) {
    const [, given = '', gb = '1'] = /^(.*?)(?:=(\d{1,3})GB)?$/.exec(entry) ?? []
    const url = URL.parse(given)
    const sizeGb = Number(gb)
    if (url === null || !/^https?:$/.test(url.protocol) || sizeGb < 1 || sizeGb > listedGbMax)
      return undefined
    listed.set(given, sizeGb)
  }
  return listed
}

/** Host names and addresses with commas or spaces between; undefined if one is neither. */
export function readInternalHosts(text: string): ReadonlySet<string> | undefined {
  const hosts = new Set<string>()
  for (const entry of text.split(/[\s,]+/).filter(entry => entry !== '')) {
    const host = hostIn(entry.replace(/^\[(.*)\]$/, '$1'))
    if (host === undefined) return undefined
    hosts.add(host)
  }
  return hosts
}

/** As it stands in URLs. */
function hostIn(text: string): string | undefined {
  if (isIP(text) !== 0) return canonicalAddress(text)?.address
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.?$/i.test(text)) return undefined
  return URL.parse(`http://${text}`)?.hostname.replace(/\.$/, '')
}
