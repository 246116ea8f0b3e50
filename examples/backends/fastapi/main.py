"""Orders of the calling user.

LOGIN_URL is the login service, AUDIENCE the name that its access tokens have for this API."""

import os
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from standardwebhooks import Webhook, WebhookVerificationError

ISSUER, AUDIENCE = os.environ["LOGIN_URL"], os.environ["AUDIENCE"]
REQUIRED = ["iss", "aud", "exp", "iat", "sub", "jti", "client_id"]

webhook = Webhook(os.environ["WEBHOOK_SECRET"])
keys = jwt.PyJWKClient(f"{ISSUER}/.well-known/jwks.json", lifespan=300)


def user_of(credentials: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> str:
    """The id of the user whose access token the request carries. FastAPI runs it in a thread, as fetching the keys blocks."""
    try:
        token = jwt.decode_complete(
            credentials.credentials,
            keys.get_signing_key_from_jwt(credentials.credentials),
            algorithms=["ES256"],
            issuer=ISSUER,
            audience=AUDIENCE,
            leeway=30,
            options={"require": REQUIRED, "strict_aud": True},
        )
        # PyJWT leaves the type to us.
        if token["header"].get("typ") != "at+jwt":
            raise jwt.InvalidTokenError("typ is not at+jwt")
    except jwt.PyJWKClientConnectionError as error:
        raise HTTPException(503, "the login service cannot be reached") from error
    except jwt.PyJWTError as error:
        raise HTTPException(401, str(error), {"WWW-Authenticate": 'Bearer error="invalid_token"'}) from error
    return token["payload"]["sub"]


User = Annotated[str, Depends(user_of)]


class NewOrder(BaseModel):
    item: str


class Order(NewOrder):
    user: str


orders: list[Order] = []
app = FastAPI()


@app.get("/orders")
def list_orders(user: User) -> list[Order]:
    return [order for order in orders if order.user == user]


@app.post("/orders", status_code=201)
def create_order(user: User, order: NewOrder) -> Order:
    orders.append(Order(user=user, item=order.item))
    return orders[-1]


@app.post("/login-events", status_code=204)
async def receive_event(request: Request) -> None:
    """Handles merged and closed users. An event may be delivered twice, so this is idempotent."""
    try:
        event = webhook.verify(await request.body(), dict(request.headers))
    except WebhookVerificationError as error:
        raise HTTPException(401, str(error)) from error
    for order in [order for order in orders if order.user == str(event["data"]["user_id"])]:
        if event["type"] == "user.merged":
            order.user = str(event["data"]["merged_into"])
        elif event["type"] == "user.closed":
            orders.remove(order)
