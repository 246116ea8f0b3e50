//! The login service's public keys.

use std::time::{Duration, Instant};

use jsonwebtoken::jwk::{Jwk, JwkSet};
use tokio::sync::Mutex;

/// A key that was withdrawn is trusted no longer than this.
const MAX_AGE: Duration = Duration::from_secs(300);
/// A token with an unknown key leads to a request this often, however many come.
const MIN_AGE: Duration = Duration::from_secs(30);

pub struct Keys {
    url: String,
    client: reqwest::Client,
    fetched: Mutex<Option<(Instant, JwkSet)>>,
}

impl Keys {
    pub fn new(issuer: &str) -> Self {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(5)).build().expect("a client");
        Self { url: format!("{issuer}/.well-known/jwks.json"), client, fetched: Mutex::new(None) }
    }

    /// The key with an id; none if the service does not publish it.
    pub async fn find(&self, id: &str) -> Result<Option<Jwk>, reqwest::Error> {
        let mut fetched = self.fetched.lock().await;
        let fresh = |(at, keys): &(Instant, JwkSet)| at.elapsed() < if keys.find(id).is_some() { MAX_AGE } else { MIN_AGE };
        if !fetched.as_ref().is_some_and(fresh) {
            let keys = self.client.get(&self.url).send().await?.error_for_status()?.json().await?;
            *fetched = Some((Instant::now(), keys));
        }
        Ok(fetched.as_ref().and_then(|(_, keys)| keys.find(id).cloned()))
    }
}
