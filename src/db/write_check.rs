//! Checks of a request that run first in every unit of work, so that a write, or a long read, follows the present
//! rights.
//!
//! A guard admits a request on cached data about its sender, which may be seconds old. The guard then sets a check
//! ([`set_write_check`]), and [`super::Db::write`] runs it in the same transaction as the work, so handlers need not.
//! The check also charges the write budget (`identity::writes`). Before that, the guard names the writer
//! ([`set_writer`]), so that the writes of a person take turns (`turns`). A request by a mailed link has no guard; its
//! service names the writer ([`name_writer`]).
//!
//! Before that runs the check that the middleware has set for requests with or without a guard ([`set_first_check`]):
//! the maintenance mode may have begun since a request was let in.
//!
//! The check belongs to the request, not to the database handle: it is a task-local value of the future that the
//! middleware wraps ([`with_write_check`]), and of the tasks that this future starts ([`with_checks_of_request`]). Work
//! outside of a request (workers, timetables, commands) has none.
//!
//! A request that a page of another site made the browser send writes nothing ([`set_led_from_elsewhere`]):
//! [`super::Db::write`] refuses it before it waits for a turn, and so does what counts in memory first
//! ([`check_not_led_here`]). So no route can forget it.
//!
//! Reads are not checked, except those of a file that is read while it is sent, which may take minutes. The file takes
//! the check for reads with it ([`read_check`]), since it outlives the future of its request.

use std::cell::RefCell;
use std::sync::Arc;

use super::{Conn, Id, Writer};
use crate::error::{Error, ProblemCode};

/// Refuses if the sender of the request may no longer write.
pub type WriteCheck = Arc<dyn Fn(&mut Conn) -> Result<(), Error> + Send + Sync>;

/// Refuses if the sender of the request may no longer read. It takes no locks.
pub type ReadCheck = WriteCheck;

#[derive(Clone, Default)]
struct Checks {
    writer: Option<Writer>,
    /// The person whom a guard let in, and the session or API token.
    credential: Option<(Id, Id)>,
    /// What its writes are about, if many people write that at once.
    object: Option<Id>,
    write: Option<WriteCheck>,
    /// What runs before that.
    first: Option<WriteCheck>,
    read: Option<ReadCheck>,
    /// Whether a page of another site made the browser send the request.
    is_led_here: bool,
}

tokio::task_local! {
    static CHECKS: RefCell<Checks>;
}

/// Runs a request that may set a check.
pub async fn with_write_check<F: Future>(request: F) -> F::Output {
    CHECKS.scope(RefCell::default(), request).await
}

/// Runs what the portal does in its own name at the end of a request, which may have ended the session of its sender.
pub async fn in_own_name<F: Future>(work: F) -> F::Output {
    with_write_check(work).await
}

/// Runs a part of the request in a task of its own, with the checks of the request. Outside of a request there are
/// none.
pub fn with_checks_of_request<F: Future>(part: F) -> impl Future<Output = F::Output> {
    let checks = CHECKS.try_with(|checks| checks.borrow().clone()).unwrap_or_default();
    CHECKS.scope(RefCell::new(checks), part)
}

/// Sets the writer of the present request, before its first write.
///
/// # Errors
/// Outside of a request; the guard then refuses.
pub fn set_writer(writer: Writer) -> Result<(), Error> {
    let set = CHECKS.try_with(|checks| {
        let mut checks = checks.borrow_mut();
        checks.writer = Some(writer);
        checks.credential = Some((writer.person, writer.credential));
    });
    set.map_err(|_outside| Error::internal("a writer was named outside of a request"))
}

/// The person of the present request, and the session or API token; none without a login, as by a mailed link, and none
/// on a thread of the database.
#[must_use]
pub fn credential() -> Option<(Id, Id)> {
    CHECKS.try_with(|checks| checks.borrow().credential).ok().flatten()
}

/// Names the writer of a request without a login, such as one by a mailed link, so that its writes take turns. A writer
/// whom a guard has set stays. Outside of a request, where nothing takes turns, this does nothing.
pub fn name_writer(writer: Writer) {
    let _outside = CHECKS.try_with(|checks| {
        checks.borrow_mut().writer.get_or_insert(writer);
    });
}

/// Names what the writes of the present request are about, so that they take turns with those of other people
/// (`objects`). Outside of a request, where nothing takes turns, this does nothing.
pub fn name_object(object: Id) {
    let _outside = CHECKS.try_with(|checks| checks.borrow_mut().object = Some(object));
}

/// Sets the check for writes of the present request, after its writer ([`set_writer`]).
///
/// # Errors
/// Outside of a request, or without a writer; the guard then refuses.
pub fn set_write_check(check: WriteCheck) -> Result<(), Error> {
    let set = CHECKS.try_with(|checks| {
        let mut checks = checks.borrow_mut();
        checks.write = Some(check);
        checks.writer.is_some()
    });
    if set.unwrap_or(false) { Ok(()) } else { Err(Error::internal("a write check was set for nobody")) }
}

/// Sets what is checked before all else when the present request writes.
///
/// # Errors
/// Outside of a request; the middleware then refuses.
pub fn set_first_check(check: WriteCheck) -> Result<(), Error> {
    let set = CHECKS.try_with(|checks| checks.borrow_mut().first = Some(check));
    set.map_err(|_outside| Error::internal("a first check was set outside of a request"))
}

/// Sets the check for reads of the present request.
///
/// # Errors
/// Outside of a request; the guard then refuses.
pub fn set_read_check(check: ReadCheck) -> Result<(), Error> {
    let set = CHECKS.try_with(|checks| checks.borrow_mut().read = Some(check));
    set.map_err(|_outside| Error::internal("a read check was set outside of a request"))
}

/// Notes that a page of another site made the browser send the present request, with what the browser knows of its
/// person. It may read; it writes, charges and counts nothing.
///
/// # Errors
/// Outside of a request; the guard then refuses.
pub fn set_led_from_elsewhere() -> Result<(), Error> {
    let set = CHECKS.try_with(|checks| checks.borrow_mut().is_led_here = true);
    set.map_err(|_outside| Error::internal("another site leads to nothing outside of a request"))
}

/// Refuses what is written, charged or counted for a request that a page of another site made the browser send.
///
/// # Errors
/// 403.
pub fn check_not_led_here() -> Result<(), Error> {
    let is_led_here = CHECKS.try_with(|checks| checks.borrow().is_led_here).unwrap_or(false);
    if is_led_here { Err(Error::forbidden(ProblemCode::CrossSite)) } else { Ok(()) }
}

/// The check for reads of the present request.
///
/// # Errors
/// If no guard has set one; the file is then refused.
pub fn read_check() -> Result<ReadCheck, Error> {
    let check = CHECKS.try_with(|checks| checks.borrow().read.clone()).ok().flatten();
    check.ok_or_else(|| Error::internal("a file is sent that no guard has let anybody read"))
}

/// The writer of the present request, if a guard has set one.
pub(super) fn writer() -> Option<Writer> {
    CHECKS.try_with(|checks| checks.borrow().writer).ok().flatten()
}

/// What the writes of the present request are about, if a service has named it.
pub(super) fn object() -> Option<Id> {
    CHECKS.try_with(|checks| checks.borrow().object).ok().flatten()
}

/// The check for writes of the present request, if the middleware or a guard has set one.
pub(super) fn current() -> Option<WriteCheck> {
    let Checks { first, write, .. } = CHECKS.try_with(|checks| checks.borrow().clone()).ok()?;
    match (first, write) {
        (Some(first), Some(write)) => Some(Arc::new(move |conn: &mut Conn| {
            first(conn)?;
            write(conn)
        })),
        (first, write) => first.or(write),
    }
}
