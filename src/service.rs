//! What all services of features have in common.
//!
//! A service has all use cases of a feature, for JSON routes, pages and jobs. A method of a service takes the caller,
//! the request ([`Trace`]) and an input, runs one unit of work, and returns a value; it knows nothing of HTTP.
//! [`Foundation`] is what every service contains, [`Context`] what a unit of work needs in addition to its connection,
//! and [`UnitOfWork`] a service within one: it has the methods that take a connection, which the units of work of other
//! features call, too.
//!
//! Left out: waking workers after the commit (`db::wakeups`), and rights, which `policy` decides.

use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::audit::{Audit, Trace};
use crate::db::{self, Conn, Db, Id, Writer};
use crate::disk_reserve::DiskReserve;
use crate::error::Error;
use crate::events::Events;
use crate::heavy_work::{Lane, QueuePlace};
use crate::http::RequestContext;
use crate::idempotency::{self, Answer, Ticket};
use crate::mail::Outbox;
use crate::random::Random;
use crate::throttle::{Bucket, Load, Throttle};
use crate::time::{Clock, Timestamp};

/// What every service contains. Cloning is cheap.
#[derive(Clone)]
pub struct Foundation {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The audit log.
    pub audit: Audit,
    /// The outbox of mail.
    pub outbox: Outbox,
    /// Events for webhooks.
    pub events: Events,
    /// Budgets.
    pub throttle: Arc<Throttle>,
    /// Room on disk that is kept in reserve.
    pub reserve: DiskReserve,
}

impl Foundation {
    /// The context of a unit of work that begins now.
    #[must_use]
    pub fn context(&self, trace: Trace) -> Context {
        Context {
            now: self.clock.now(),
            trace,
            audit: self.audit.clone(),
            outbox: self.outbox.clone(),
            events: self.events.clone(),
            random: self.random.clone(),
            throttle: Arc::clone(&self.throttle),
        }
    }
}

/// A file that was admitted and is not read yet: its place in the lane of heavy work, and the bytes that were charged for it.
pub struct FileAdmission {
    place: QueuePlace,
    load: Load,
}

impl FileAdmission {
    /// The same where so many bytes came beside the file.
    #[must_use]
    pub fn beside(mut self, bytes: usize) -> Self {
        self.load.beside = bytes;
        self
    }
}

impl Foundation {
    /// Admits a file of `expected` bytes before its body is read.
    ///
    /// # Errors
    /// 429 where the person has work under way, or person or network have uploaded too much; 503 where the lane is full.
    pub async fn admit_file(
        &self,
        lane: &Lane,
        person: Id,
        caller: &RequestContext,
        expected: usize,
    ) -> Result<FileAdmission, Error> {
        self.reserve.check()?;
        let place = lane.place(person)?;
        let load = Load { person, caller: caller.clone(), charged: expected, beside: 0 };
        self.throttle.admit_upload(&self.db, &load).await?;
        Ok(FileAdmission { place, load })
    }

    /// Returns the charge for bytes that did not come; returns the place for the work on the file, the person and the
    /// request.
    pub async fn settle_file(&self, admission: FileAdmission, came: usize) -> Result<(QueuePlace, Id, Trace), Error> {
        let FileAdmission { place, load } = admission;
        let (person, trace) = (load.person, Trace::from(&load.caller));
        self.throttle.settle_upload(&self.db, load, came).await?;
        Ok((place, person, trace))
    }
}

impl Foundation {
    /// Admits a write by a mailed link, after a read has found that it would change something. Anybody who has the mail
    /// can send the link again and again: so the client's networks are charged, also if the write then fails, and the
    /// writes of the link take turns. In a unit of work of its own, so that nobody waits for the rows of networks while
    /// the rest waits for a person.
    ///
    /// # Errors
    /// 429 for a network that changes too much by links.
    pub async fn admit_link(&self, caller: &RequestContext, writer: Writer) -> Result<(), Error> {
        self.throttle.check_network(Bucket::LinkNetwork, caller)?;
        db::name_writer(writer);
        let (throttle, caller) = (Arc::clone(&self.throttle), caller.clone());
        self.db.write(move |conn| throttle.charge_network(conn, Bucket::LinkNetwork, &caller)).await
    }
}

/// What a unit of work needs in addition to its connection.
#[derive(Clone)]
pub struct Context {
    /// The time at which it began.
    pub now: Timestamp,
    /// The request that it belongs to; the default for the portal itself.
    pub trace: Trace,
    /// The audit log.
    pub audit: Audit,
    /// The outbox of mail.
    pub outbox: Outbox,
    /// Events for webhooks.
    pub events: Events,
    /// Randomness.
    pub random: Random,
    /// Budgets.
    pub throttle: Arc<Throttle>,
}

/// A service within a unit of work.
#[derive(Clone)]
pub struct UnitOfWork<S> {
    /// The service.
    pub service: S,
    context: Context,
}

impl<S> UnitOfWork<S> {
    /// A service in a context.
    #[must_use]
    pub fn new(service: S, context: Context) -> Self {
        Self { service, context }
    }

    /// Another service in the same unit of work.
    #[must_use]
    pub fn of<T: Clone>(&self, service: &T) -> UnitOfWork<T> {
        UnitOfWork { service: service.clone(), context: self.context.clone() }
    }
}

impl<S> Deref for UnitOfWork<S> {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.context
    }
}

/// A service of a feature. The futures of units of work are boxed: a unit has a copy of its service.
pub trait Service: Clone + Send + Sync + 'static {
    /// Its foundation.
    fn foundation(&self) -> &Foundation;

    /// This service in a unit of work of the request `trace`.
    #[must_use]
    fn unit(&self, trace: impl Into<Trace>) -> UnitOfWork<Self> {
        UnitOfWork::new(self.clone(), self.foundation().context(trace.into()))
    }

    /// Runs a unit of work that writes.
    ///
    /// # Errors
    /// What `work` says; 503 where the queue is full or the database out of reach.
    fn write<T: Send + 'static>(
        &self,
        trace: impl Into<Trace>,
        work: impl FnOnce(&UnitOfWork<Self>, &mut Conn) -> Result<T, Error> + Send + 'static,
    ) -> BoxFuture<'static, Result<T, Error>> {
        self.write_about(trace, Vec::new(), work)
    }

    /// The same for work that locks these people beside the sender (lock order, `db`).
    ///
    /// # Errors
    /// As [`Self::write`].
    fn write_about<T: Send + 'static>(
        &self,
        trace: impl Into<Trace>,
        people: Vec<Id>,
        work: impl FnOnce(&UnitOfWork<Self>, &mut Conn) -> Result<T, Error> + Send + 'static,
    ) -> BoxFuture<'static, Result<T, Error>> {
        let (unit, db) = (self.unit(trace), self.foundation().db.clone());
        Box::pin(async move { db.write_about(people, move |conn| work(&unit, conn)).await })
    }

    /// Runs a unit of work that reads.
    ///
    /// # Errors
    /// What `work` says; 503 where the queue is full or the database out of reach.
    fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, Error> + Send + 'static,
    ) -> BoxFuture<'static, Result<T, Error>> {
        let db = self.foundation().db.clone();
        Box::pin(async move { db.read(work).await })
    }

    /// Runs a unit of work whose answer is stored for repetitions of the request of `ticket`. `admit` judges each time
    /// whether the sender may ask for it, so that no stored answer is given once the right is gone; [`by_right_of_guard`]
    /// if the right depends on the guard alone.
    ///
    /// # Errors
    /// What `admit` says; as [`Self::write`] and [`idempotency::once`].
    fn write_once(
        &self,
        trace: impl Into<Trace>,
        ticket: Option<Ticket>,
        admit: impl FnOnce(&UnitOfWork<Self>, &mut Conn) -> Result<(), Error> + Send + 'static,
        work: impl FnOnce(&UnitOfWork<Self>, &mut Conn) -> Result<Answer, Error> + Send + 'static,
    ) -> BoxFuture<'static, Result<Answer, Error>> {
        self.write_once_about(trace, Vec::new(), ticket, admit, work)
    }

    /// The answer that is stored for a repetition of the request of `ticket`, to a sender whose rights are judged in the
    /// same unit of work. Asked by what prepares much before [`Self::write_once`], or refuses something there.
    ///
    /// # Errors
    /// As [`Self::write`] and [`idempotency::answered`].
    fn answered(
        &self,
        trace: impl Into<Trace>,
        ticket: Option<&Ticket>,
    ) -> BoxFuture<'static, Result<Option<Answer>, Error>> {
        let Some(ticket) = ticket.cloned() else { return Box::pin(async { Ok(None) }) };
        self.write(trace, move |unit, conn| idempotency::answered(conn, &ticket, unit.now))
    }

    /// The same for work that locks these people beside the sender.
    ///
    /// # Errors
    /// As [`Self::write_once`].
    fn write_once_about(
        &self,
        trace: impl Into<Trace>,
        people: Vec<Id>,
        ticket: Option<Ticket>,
        admit: impl FnOnce(&UnitOfWork<Self>, &mut Conn) -> Result<(), Error> + Send + 'static,
        work: impl FnOnce(&UnitOfWork<Self>, &mut Conn) -> Result<Answer, Error> + Send + 'static,
    ) -> BoxFuture<'static, Result<Answer, Error>> {
        self.write_about(trace, people, move |unit, conn| {
            admit(unit, conn)?;
            idempotency::once(conn, ticket.as_ref(), unit.now, |conn| work(unit, conn))
        })
    }
}

/// Admits every request to [`Service::write_once`]: the right that its guard asked for is all that it needs, and the
/// write check has judged that again in this unit of work.
///
/// # Errors
/// None.
pub fn by_right_of_guard<S>(_: &UnitOfWork<S>, _: &mut Conn) -> Result<(), Error> {
    Ok(())
}

type Pending = Pin<Box<dyn Future<Output = ()>>>;

/// Work of features above a service that must follow one of its units of work before the answer. `app` puts it
/// together. It logs its own failures.
#[derive(Clone)]
pub struct FollowUp(Arc<dyn Fn() -> Pending + Send + Sync>);

impl FollowUp {
    /// The work, which starts again with each call.
    #[must_use]
    pub fn new<F: Future<Output = ()> + 'static>(work: impl Fn() -> F + Send + Sync + 'static) -> Self {
        Self(Arc::new(move || -> Pending { Box::pin(work()) }))
    }

    /// Does the work.
    pub async fn run(&self) {
        (self.0)().await;
    }
}
