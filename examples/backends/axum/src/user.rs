//! Finds out who is asking, by the access token of the request.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use crate::App;
use crate::keys::Keys;

pub struct Verifier {
    keys: Keys,
    validation: Validation,
}

/// The claims of RFC 9068 that every token has, besides those that `Validation` requires.
#[derive(Deserialize)]
#[allow(dead_code)]
struct Claims {
    sub: String,
    iat: u64,
    jti: String,
    client_id: String,
}

pub enum Refusal {
    Missing,
    Invalid(Error),
    Unreachable(reqwest::Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Invalid(error)
    }
}

impl Verifier {
    pub fn new(issuer: &str, audience: &str) -> Self {
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = 30;
        Self { keys: Keys::new(issuer), validation }
    }

    /// The id of the user whose access token it is.
    async fn verify(&self, token: &str) -> Result<String, Refusal> {
        let header = decode_header(token)?;
        let (Some("at+jwt"), Some(id)) = (header.typ.as_deref(), &header.kid) else {
            return Err(Error::from(ErrorKind::InvalidToken).into());
        };
        let key = self.keys.find(id).await.map_err(Refusal::Unreachable)?;
        let key = key.ok_or_else(|| Error::from(ErrorKind::InvalidSignature))?;
        let claims = decode::<Claims>(token, &DecodingKey::from_jwk(&key)?, &self.validation)?.claims;
        Ok(claims.sub)
    }
}

/// The id of the user who asks.
pub struct User(pub String);

impl FromRequestParts<Arc<App>> for User {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, token) = header.and_then(|text| text.split_once(' ')).ok_or(Refusal::Missing)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Refusal::Missing);
        }
        app.verifier.verify(token).await.map(User)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let challenge = |text| [(WWW_AUTHENTICATE, HeaderValue::from_static(text))];
        match self {
            Self::Missing => (StatusCode::UNAUTHORIZED, challenge("Bearer"), "an access token is missing".to_owned()).into_response(),
            Self::Invalid(error) => {
                (StatusCode::UNAUTHORIZED, challenge("Bearer error=\"invalid_token\""), error.to_string()).into_response()
            }
            Self::Unreachable(error) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response(),
        }
    }
}
