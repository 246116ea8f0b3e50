"""What Schemathesis needs to know of the server: a session, and the rules by which a valid request may be refused."""

import os

import requests
import schemathesis

BASE = os.environ["LOGIN_URL"]
CLIENT = {"X-Hydrogen-Client-ID": "sandbox"}

# A request that fits the schemas is refused with another code than request_invalid for what only the server can know: whether a code, a
# password or a state of the account is right. With request_invalid it is refused only at these fields, each for the reason in the contract.
MAY_REFUSE = {
    "/headers/x-hydrogen-env-id": "only the app's configuration lists its environments",
    "/query/expand": "not supported: every value is refused",
    "/query/where": "JSON in a text, whose fields and operators the description lists",
    "/query/order_by": "names of fields that the description lists",
    "/query/keys": "names of fields of a user",
    "/query/after": "only the server can read it",
    "/body/phone": "must be a possible number, which no pattern says",
    "/body/email": "must be an address that can be mailed, which no pattern says",
    "/body/username": "must not look like another name, which no pattern says",
    "/body/signature_id": "only the server knows how many signatures it has",
    "/body/new_password": "must not be one that everybody tries first",
    "/body/password": "must not be one that everybody tries first",
}
# What no schema says of a text anywhere: PostgreSQL keeps neither (the contract, Every request).
UNKEEPABLE = ("U+0000", "half a character")
# Custom fields have names, depth and size that the description says.
FREE_OPERATIONS = {"updateUser", "updateUserV20"}


@schemathesis.auth(refresh_interval=2)
class Session:
    def get(self, case, context):
        code = requests.post(f"{BASE}/sandbox/wechat/login", json={"person": "larry"}).json()["code"]
        login = f"{BASE}/hserve/v2.5/idp/wechat/silent-login/"
        return requests.post(login, json={"code": code}, headers=CLIENT).json()["token"]

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), **CLIENT, "Authorization": f"Hydrogen-r1 {data}"}


@schemathesis.check
def refuses_valid_requests_by_rule(ctx, response, case):
    """In place of positive_data_acceptance, which knows no errors but those of the schema."""
    if response.status_code != 400 or not case.meta or not case.meta.generation.mode.is_positive:
        return
    body = response.json()
    if body["code"] != "request_invalid" or case.operation.definition.raw["operationId"] in FREE_OPERATIONS:
        return
    for error in body["errors"]:
        ruled = error["path"] in MAY_REFUSE or any(words in error["message"] for words in UNKEEPABLE)
        assert ruled, f"a request that fits the contract is refused at {error['path']}: {error['message']}"
