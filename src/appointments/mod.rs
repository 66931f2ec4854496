//! Appointments: which role a person holds at which organisation, and since when.
//!
//! An appointment is what gives rights: logging in needs none, everything beyond one's own data needs one in force. Here is
//! what it is, the one table of its states and events ([`machine`]), the timetable of what the clock does to it
//! ([`timetable`]), and its rows. Carrying an event out, with the mail, the directory and the log that go with it, is the
//! job of `life_cycle`.

pub mod machine;
mod store;
pub mod timetable;
mod types;

pub use machine::{Actor, Event, Rule};
pub use store::{
    count_active, count_waiting, create, create_many, due, find, find_of_registration, hold, list, of_user, of_users,
    postpone, record, set_holder, under_suspension,
};
pub use types::{Appointment, AppointmentStatus, Held, ListFilter, NewAppointment, Role};
