"""What Schemathesis needs to know of the server: who logs in, and the rules by which a valid request may be refused."""

import itertools
import os
import re
import zlib
from urllib.parse import urlsplit

import requests
import schemathesis

BASE = os.environ["LOGIN_URL"]
CLIENT = {"X-Hydrogen-Client-ID": "sandbox"}

# A valid request is refused with another code than request_invalid for what only the server can know: whether a code, a password or the
# state of an account is right. With request_invalid it is refused at these fields only, each for the reason in the contract.
MAY_REFUSE = {
    "/headers/x-hydrogen-env-id": "only the app's configuration lists its environments",
    "/query/expand": "not supported: every value is refused",
    "/query/where": "JSON in a text, whose fields and operators the description lists",
    "/query/order_by": "names of fields that the description lists",
    "/query/keys": "names of fields of a user",
    "/query/after": "only the server can read it",
    "/body/platform": "only the server knows its platforms",
    "/body/callback_url": "only the app's configuration lists the origins of its pages",
    "/body/phone": "must be a possible number, which no pattern says",
    "/body/email": "must be an address that can be mailed, which no pattern says",
    "/body/username": "must not look like another name, which no pattern says",
    "/body/signature_id": "only the server knows how many signatures it has",
    "/body/new_password": "must not be one that everybody tries first",
    "/body/password": "must not be one that everybody tries first",
}
# No schema says of every text that it has neither, which PostgreSQL cannot store (the contract, Every request).
NEVER_STORED = ("U+0000", "half a character")
# Custom fields have the names, depth and size that the description says.
WITH_CUSTOM_FIELDS = {"updateUser", "updateUserV20"}

numbers = itertools.count(1)
# The last person whose session is used, the last accounts, and the last number that got a code.
latest = {"person": "visitor1", "accounts": {}, "phone": None}


def operation_of(case):
    return case.operation.definition.raw["operationId"]


def is_valid(case):
    return case.meta is not None and case.meta.generation.mode.is_positive


def ask_host(platform, action, person):
    return requests.post(f"{BASE}/sandbox/{platform}/{action}", json={"person": person}).json()


@schemathesis.auth(refresh_interval=5)
class Session:
    """A new person every few seconds: what one person changes must not be in the way of the rest."""

    def get(self, case, context):
        latest["person"] = f"visitor{next(numbers)}"
        body = {"code": ask_host("wechat", "login", latest["person"])["code"]}
        return requests.post(f"{BASE}/hserve/v2.5/idp/wechat/silent-login/", json=body, headers=CLIENT).json()["token"]

    def set(self, case, data, context):
        # Closing the session that all others use would have them refused.
        token = self.get(case, context) if operation_of(case) == "logout" else data
        case.headers = {**(case.headers or {}), **CLIENT, "Authorization": f"Hydrogen-r1 {token}"}


def can_be_split(text):
    try:
        urlsplit(text)
    except ValueError:
        return False
    return True


def texts_of(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item)


@schemathesis.hook
def filter_body(context, body):
    """Schemathesis ends with a traceback when an answer has an address that Python's urlsplit refuses, such as one with U+2100 in its host."""
    return all(can_be_split(text) for text in texts_of(body))


@schemathesis.hook
def before_call(context, case, kwargs):
    """Gives three of four valid requests what no generator can make up: the host's code and data, a known account, the code of an SMS."""
    body = case.body
    if not is_valid(case) or not isinstance(body, dict) or zlib.crc32(repr(body).encode()) % 4 == 0:
        return
    operation = operation_of(case)
    login = re.match(r"loginBy(Username|Email|Phone)", operation)
    platform = re.search(r"/idp/(\w+)/", case.path)
    if login and login[1] in latest["accounts"]:
        body.update(latest["accounts"][login[1]])
    elif platform:
        body.update(data_of_host(platform[1], case, body))
    elif latest["phone"] and {"phone", "code"} <= body.keys():
        body.update({"phone": latest["phone"], "code": requests.get(f"{BASE}/sandbox/sms/{latest['phone']}").json()["code"]})


def data_of_host(platform, case, body):
    """What the host app hands out, as much of it as the request has: the code, and the profile or the number from after it."""
    has_session = "Login" not in operation_of(case)
    person = latest["person"] if has_session else f"person{zlib.crc32(repr(body).encode()) % 40}"
    data = {"code": ask_host(platform, "login", person)["code"]}
    if "encryptedData" in body or "data" in body or "phone_code" in body:
        granted = ask_host(platform, "phone" if "phone" in case.path else "profile", person)
        if "phone" in case.path:
            granted["phone_code"] = granted.pop("code", None)
        data = {**granted, **data}
    return {name: value for name, value in data.items() if name in body and value is not None}


@schemathesis.hook
def after_call(context, case, response):
    """Remembers accounts and numbers for later requests."""
    if not 200 <= response.status_code < 300 or not isinstance(case.body, dict):
        return
    operation = operation_of(case)
    if registered := re.match(r"registerBy(\w+)", operation):
        latest["accounts"][registered[1]] = dict(case.body)
    elif operation == "sendSmsCode":
        latest["phone"] = case.body["phone"]


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """A request whose line and headers exceed 16 KiB ends in Node's parser with a 431, before there is an operation to document it."""
    return response.status_code != 431


@schemathesis.check
def refuses_valid_requests_by_rule(ctx, response, case):
    """A valid request is refused for what only the server knows, or at a field that a rule allows."""
    if response.status_code != 400 or not is_valid(case):
        return
    body = response.json()
    if body["code"] != "request_invalid" or operation_of(case) in WITH_CUSTOM_FIELDS:
        return
    for error in body["errors"]:
        ruled = error["path"] in MAY_REFUSE or any(words in error["message"] for words in NEVER_STORED)
        assert ruled, f"a request that fits the contract is refused at {error['path']}: {error['message']}"
