"""The contract that is served names the values as they go over the wire."""

import json
import re

from lib.act import Act
from lib.report import contains


class Contract(Act):
    VALUES = {"Region": "WCA", "Role": "ncp", "RegistrationStatus": "pending", "MailState": "sent", "Language": "fr"}

    def play(self):
        schemas = self.anonymous.send("GET", "/openapi.json").json["components"]["schemas"]
        for name, value in self.VALUES.items():
            with self.step(f"the contract spells a {name} as the portal does"):
                contains(schemas[name]["enum"], value, f"values of {name}")
        with self.step("the contract describes the audience of a contact's field"):
            text = json.dumps(schemas["ChangeMe"]["properties"]["email_audience"])
            name = re.search(r"schemas/(\w+)", text).group(1)
            contains(schemas[name].get("enum", []), "region", f"values of {name} ({schemas[name]})")
