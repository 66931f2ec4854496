//! What happens, for those who listen outside: written in the transaction in which it does.
//!
//! A feature says what happened with [`Events::tell`]; for every endpoint that wants to hear of it there is then a delivery
//! beside the event, or, where nobody listens, nothing at all. Once the transaction is kept it rings the bell. So an event is
//! told exactly of what was done: a unit of work that is undone takes its events along. `webhooks` sends them; this module
//! knows neither HTTP nor mail, so that every other may use it.
//!
//! An event names things by their ids and says how they stand. Nothing personal goes out: whoever may know more asks the API.

mod store;
mod types;

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Notify;

pub use types::{Kind, PATTERNS};

use crate::db::{Conn, Id};
use crate::error::Error;
use crate::random::Random;
use crate::time::{Clock, Timestamp};

/// Where features say what happened. Cloning is cheap.
#[derive(Clone)]
pub struct Events {
    clock: Clock,
    random: Random,
    bell: Arc<Notify>,
}

impl Events {
    /// Events that take time and ids from here.
    #[must_use]
    pub fn new(clock: Clock, random: Random) -> Self {
        Self { clock, random, bell: Arc::default() }
    }

    /// Says that something happened, in the transaction of `conn`.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn tell(&self, conn: &mut Conn, kind: Kind, data: Value) -> Result<(), Error> {
        self.tell_each(conn, kind, vec![data])
    }

    /// The same of many things of one kind: as many statements as of one.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn tell_each(&self, conn: &mut Conn, kind: Kind, each: Vec<Value>) -> Result<(), Error> {
        if each.is_empty() {
            return Ok(());
        }
        let endpoints = store::listening(conn, &kind.patterns())?;
        if endpoints.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let events: Vec<(Id, Value)> = each.into_iter().map(|data| (Id::new(now, &self.random), data)).collect();
        let ids: Vec<Id> = events.iter().map(|(id, _)| *id).collect();
        store::insert(conn, kind, events, now)?;
        store::address(conn, &ids, &endpoints, now)
    }

    /// Says something to one endpoint, whatever it listens to; returns the event.
    ///
    /// # Errors
    /// Where the database says no.
    pub fn tell_one(&self, conn: &mut Conn, endpoint: Id, kind: Kind, data: Value) -> Result<Id, Error> {
        let now = self.clock.now();
        let id = Id::new(now, &self.random);
        store::insert(conn, kind, vec![(id, data)], now)?;
        store::address(conn, &[id], &[endpoint], now)?;
        Ok(id)
    }

    /// There may be something to send, now that the transaction is kept.
    pub fn ring(&self) {
        self.bell.notify_one();
    }

    /// Waits for the bell of this process; other processes find what is to be sent when they next look.
    pub async fn rung(&self) {
        self.bell.notified().await;
    }
}

/// Deletes some of the events from before `bound`, with what is known of their deliveries; returns how many.
///
/// # Errors
/// Where the database says no.
pub fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, bound, 1_000)
}
