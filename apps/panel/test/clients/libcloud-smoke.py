"""What an unmodified client does with the panel: libcloud's driver, as Debian packages it.

Takes the panel's address and a token from the environment, and prints as JSON what it saw.
"""

import json
import os
import time

from libcloud.compute.providers import get_driver
from libcloud.compute.types import NodeState, Provider

SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhQb2xsZXIgaXMgYSBuYW1lIG5vdCBhIGtleQ== libcloud"


def driver_with(token):
    cloudscale = get_driver(Provider.CLOUDSCALE)
    return cloudscale(token, secure=False, host=os.environ["HOST"], port=int(os.environ["PORT"]))


def wait_until(driver, uuid, state):
    deadline = time.monotonic() + 30
    while True:
        node = driver.ex_node_by_uuid(uuid)
        if node.state == state:
            return node
        if time.monotonic() > deadline:
            raise RuntimeError(f"The node {uuid} is {node.state}, and never became {state}.")
        time.sleep(0.05)


def message_of(refused_call):
    """What the driver raises for a refusal; some of it is of no class of its own."""
    try:
        refused_call()
    except Exception as error:
        return str(error)
    return None


driver = driver_with(os.environ["TOKEN"])
sizes = driver.list_sizes()
images = driver.list_images()
size = next(size for size in sizes if size.id == "flex-4-1")
image = next(image for image in images if image.id == "debian-12")

created = driver.create_node("libcloud", size, image, ex_create_attr={"ssh_keys": [SSH_KEY]})
running = wait_until(driver, created.id, NodeState.RUNNING)
listed = [node.name for node in driver.list_nodes()]
running.reboot()
wait_until(driver, created.id, NodeState.RUNNING)
driver.stop_node(running)
wait_until(driver, created.id, NodeState.STOPPED)
driver.start_node(running)
wait_until(driver, created.id, NodeState.RUNNING)
destroyed = running.destroy()

print(
    json.dumps(
        {
            "size": {"name": size.name, "ram": size.ram},
            "image": image.name,
            "created": {"state": created.state, "public_ips": created.public_ips},
            "running": {"state": running.state, "public_ips": running.public_ips, "size": running.size.id},
            "listed": listed,
            "destroyed": destroyed,
            "left": [node.name for node in driver.list_nodes()],
            "refused": message_of(lambda: driver.create_node("not a name", size, image)),
            "stranger": message_of(lambda: driver_with("nobody-has-this").list_nodes()),
        }
    )
)
