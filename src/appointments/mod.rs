//! Appointments: which role a person holds at which organisation, and since when.
//!
//! An appointment is what gives rights: logging in needs none, everything beyond one's own data needs one in force. Here is
//! what it is, the one table of its states and events ([`state_machine`]), the timetable of what the clock does to it
//! ([`timetable`]), its rows, and lists of them (`listing`). Carrying an event out, with the mail, the directory and the log
//! that go with it, is the job of `life_cycle`.

mod listing;
mod personal_data;
pub mod state_machine;
mod store;
pub mod timetable;
mod types;

pub use listing::{bearers, by_name, count_some, list};
pub use personal_data::PersonalRecords;
pub use state_machine::Rule;
pub use store::{
    application_of, count_active, count_waiting, create, create_many, due, find, find_of_registration, forget,
    lock_for_update, newcomers, of_user, of_users, postpone, record, release_registrations, set_holder, some,
    under_suspension, was_ever_in_force,
};
pub use types::{
    Actor, Appointment, AppointmentStatus, Event, HeldAppointment, ListFilter, NameSearch, NewAppointment, Role,
};
