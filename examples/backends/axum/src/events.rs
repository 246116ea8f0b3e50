//! Hears of users who are gone.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::App;

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    user_id: u64,
    merged_into: Option<u64>,
}

/// The signature is of the body's bytes. An event may come twice: what this does can be done twice.
pub async fn receive_event(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if app.webhook.verify(&body, &headers).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(Event { kind, data }) = serde_json::from_slice(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    let user = data.user_id.to_string();
    let mut orders = app.orders.lock().unwrap();
    match (kind.as_str(), data.merged_into) {
        ("user.merged", Some(survivor)) => {
            for order in orders.iter_mut().filter(|order| order.user == user) {
                order.user = survivor.to_string();
            }
        }
        ("user.closed", _) => orders.retain(|order| order.user != user),
        _ => (),
    }
    StatusCode::NO_CONTENT
}
