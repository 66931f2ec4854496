//! Appointments: which role a person holds at which organisation, and since when.
//!
//! An appointment is what gives rights: logging in needs none, everything beyond one's own data needs an active one. Here
//! is the least that registration needs; the life cycle (confirm, suspend, replace, expire) is still to come, and the
//! statuses leave room for it.

mod store;
mod types;

pub use store::{activate, count_active, create, of_user, reject};
pub use types::{AppointmentStatus, Held, NewAppointment, Role};
