//! Orders of the person who asks. `LOGIN_URL` is the login service, `AUDIENCE` the name that its access tokens have for this API.

mod events;
mod keys;
mod user;

use std::env;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use standardwebhooks::Webhook;

use crate::events::receive_event;
use crate::user::{User, Verifier};

#[derive(Deserialize)]
struct NewOrder {
    item: String,
}

#[derive(Clone, Serialize)]
struct Order {
    user: String,
    item: String,
}

pub struct App {
    verifier: Verifier,
    webhook: Webhook,
    orders: Mutex<Vec<Order>>,
}

async fn list_orders(State(app): State<Arc<App>>, User(user): User) -> Json<Vec<Order>> {
    let orders = app.orders.lock().unwrap();
    Json(orders.iter().filter(|order| order.user == user).cloned().collect())
}

async fn create_order(State(app): State<Arc<App>>, User(user): User, Json(new): Json<NewOrder>) -> (StatusCode, Json<Order>) {
    let order = Order { user, item: new.item };
    app.orders.lock().unwrap().push(order.clone());
    (StatusCode::CREATED, Json(order))
}

#[tokio::main]
async fn main() {
    let variable = |name: &str| env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
    let verifier = Verifier::new(&variable("LOGIN_URL"), &variable("AUDIENCE"));
    let webhook = Webhook::new(&variable("WEBHOOK_SECRET")).expect("a secret that begins with whsec_");
    let app = Arc::new(App { verifier, webhook, orders: Mutex::default() });
    let router = Router::new().route("/orders", get(list_orders).post(create_order)).route("/login-events", post(receive_event)).with_state(app);
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{}", variable("PORT"))).await.expect("a free port");
    axum::serve(listener, router).await.expect("a server");
}
