import { currentTx } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { deleteCustomImage, requireDeletable } from '../actions/delete-custom-image.ts'
import { importCustomImage } from '../actions/import-custom-image.ts'
import {
  CustomImageImportNotFoundException,
  customImageImportRecords,
} from '../records/custom-image-imports.ts'
import {
  CustomImageNotFoundException,
  type CustomImageRecord,
  customImageRecords,
} from '../records/custom-images.ts'
import { PanelQuotaExceededException } from '../records/quota.ts'
import { changeLabels } from './change-labels.ts'
import type { ApiContext } from './context.ts'
import {
  importBody,
  importLists,
  parseImport,
  parsePatchCustomImage,
  patchImageBody,
} from './custom-image-body.ts'
import { CustomImage, CustomImageImport } from './custom-image-shape.ts'
import { deleteRoute } from './delete-route.ts'
import { bodyOf } from './form-body.ts'
import { newObjectContext } from './new-object.ts'
import { documentedChange, documentedCreation } from './openapi/operation.ts'
import { perform } from './perform.ts'
import { presentCustomImages, presentImports } from './present-custom-image.ts'
import { readRoutes } from './resource.ts'

/** `/custom-images`: list, look at, change, delete; and `/custom-images/import`, by which they come: list, create, look at. */
export function customImageRoutes(app: FastifyInstance, context: ApiContext): void {
  const documentation = { shape: CustomImage, absent: CustomImageNotFoundException }
  const ofImports = { shape: CustomImageImport, absent: CustomImageImportNotFoundException }
  const images = {
    path: 'custom-images',
    records: customImageRecords,
    documentation,
    present: presentCustomImages,
  }
  const imports = {
    path: 'custom-images/import',
    records: customImageImportRecords,
    documentation: ofImports,
    present: presentImports,
  }
  const { sendCreated } = readRoutes(app, context, imports)
  const { found } = readRoutes(app, context, images)
  const deletable = { kind: customImageRecords.kind, require: requireDeletable }
  deleteRoute(app, context, { ...images, records: deletable }, deleteCustomImage)
  const documented = {
    create: documentedCreation(ofImports, {
      does: 'Import a custom image',
      remarks:
        'Answered when it is admitted. The image is there when the import shows `success`; one that fails says why.',
      body: importBody,
      throws: [PanelQuotaExceededException],
    }),
    change: documentedChange(documentation, { body: patchImageBody }),
  }

  app.post('/custom-images/import', documented.create, async (request, reply) => {
    const wanted = parseImport(bodyOf(request, { lists: importLists }), newObjectContext(request, context))
    currentTx().resource = `custom-image:${wanted.uuid}`
    const performed = await perform(context, reply, importCustomImage, wanted, { until: 'admitted' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch('/custom-images/:uuid', documented.change, async (request, reply) => {
    const { slug, userDataHandling, ...labels } = parsePatchCustomImage(bodyOf(request))
    const { target } = await found(request)
    const changes = {
      ...(slug !== undefined && { slug }),
      ...(userDataHandling !== undefined && { userDataHandling }),
    }
    await changeLabels(context, customImageRecords, target, labels, {
      changes,
      done: image => doneTo(image, changes),
    })
    return reply.code(204).send()
  })
}

type Changes = Partial<Pick<CustomImageRecord, 'slug' | 'userDataHandling'>>

function doneTo(
  image: CustomImageRecord,
  { slug = image.slug, userDataHandling = image.userDataHandling }: Changes,
): readonly string[] {
  return [
    ...(slug === image.slug ? [] : [`has been given the slug '${slug}'`]),
    ...(userDataHandling === image.userDataHandling
      ? []
      : [`has been given the handling of user data '${userDataHandling}'`]),
  ]
}
