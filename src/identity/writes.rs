//! The write budget of a request (`throttle::writes`): one charge per request, however many units of work it has.
//!
//! The check that runs before every unit of work (`db::write_check`) makes the charge, so handlers need not. A request
//! that is refused or fails is rolled back together with its charge. The charge comes before any lock: of two requests
//! of a person, the one that waits for the other holds no lock. No other unit of work charges these rows, so they come
//! first in the lock order (`db`) although other counts of the throttle come last.
//!
//! The Secretariat is exempt: it imports, and works for everybody. If a person has left it since the request was
//! admitted, the check itself refuses.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::appointments::Role;
use crate::db::{Conn, WriteCheck};
use crate::policy::Principal;
use crate::throttle::{Causer, Throttle, WriteKind};

/// Whose write budget is charged; none for the Secretariat.
pub(super) fn writer(principal: &Principal) -> Option<Causer> {
    if principal.is_secretariat() {
        return None;
    }
    let coordinates = principal.holds(Role::Coordinator);
    Some(if coordinates { Causer::Officer(principal.user_id) } else { Causer::Person(principal.user_id) })
}

/// A check that charges the first unit of work of a request that passes it.
pub(super) fn counted(throttle: Arc<Throttle>, (by, kind): (Causer, WriteKind), check: WriteCheck) -> WriteCheck {
    let is_charged = AtomicBool::new(false);
    Arc::new(move |conn: &mut Conn| {
        if !is_charged.load(Ordering::Relaxed) {
            throttle.charge_write(conn, by, kind)?;
        }
        check(conn)?;
        is_charged.store(true, Ordering::Relaxed);
        Ok(())
    })
}
