"""Orders of the person who asks. LOGIN_URL is the login service, AUDIENCE the name that its access tokens have for this API."""

import os
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

ISSUER, AUDIENCE = os.environ["LOGIN_URL"], os.environ["AUDIENCE"]
REQUIRED = ["iss", "aud", "exp", "iat", "sub", "jti", "client_id"]

keys = jwt.PyJWKClient(f"{ISSUER}/.well-known/jwks.json", lifespan=300)


def user_of(credentials: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> str:
    """The id of the user whose access token the request has. FastAPI runs it in a thread, as fetching the keys blocks."""
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
