//! Events for webhooks: written in the transaction that causes them.
//!
//! A feature emits an event with [`Events::emit`]. Each endpoint that subscribes to it gets a delivery; without any
//! such endpoint nothing is stored. After the commit the dispatcher is woken. So an event is sent only if its cause was
//! committed: a unit of work that is rolled back takes its events along. `webhooks` sends them; this module knows
//! neither HTTP nor mail, so that every feature may use it.
//!
//! An event has ids and states, and no personal data: a receiver that may know more asks the API.

mod store;
mod types;

use serde_json::Value;

pub use types::{Kind, PATTERNS};

use crate::db::{Conn, Id};
use crate::error::Error;
use crate::random::Random;
use crate::time::{Clock, Timestamp};

/// Where features emit events. Cloning is cheap.
#[derive(Clone)]
pub struct Events {
    clock: Clock,
    random: Random,
}

impl Events {
    /// With this clock and this source of ids.
    #[must_use]
    pub fn new(clock: Clock, random: Random) -> Self {
        Self { clock, random }
    }

    /// Emits an event, in the transaction of `conn`.
    pub fn emit(&self, conn: &mut Conn, kind: Kind, data: Value) -> Result<(), Error> {
        self.tell_each(conn, kind, vec![data])
    }

    /// Emits several events of one kind, with the number of statements for one.
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

    /// Sends an event to one endpoint, whatever its patterns; returns the event.
    pub fn tell_one(&self, conn: &mut Conn, endpoint: Id, kind: Kind, data: Value) -> Result<Id, Error> {
        let now = self.clock.now();
        let id = Id::new(now, &self.random);
        store::insert(conn, kind, vec![(id, data)], now)?;
        store::address(conn, &[id], &[endpoint], now)?;
        Ok(id)
    }
}

/// Deletes some of the events from before `bound`, with their deliveries; returns how many.
pub fn sweep(conn: &mut Conn, bound: Timestamp) -> Result<usize, Error> {
    store::sweep(conn, bound, 1_000)
}
