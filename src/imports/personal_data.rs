//! Personal data in plans: who made them, and whom they would invite.

use super::types::KeptPlan;
use super::{rules, store};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::personal_data::{Copies, Erasure, Lists, PersonalData, Sought, Subject};

/// The personal data of imports.
pub struct PersonalRecords;

impl PersonalData for PersonalRecords {
    fn export(&self, _: &mut Conn, _: &Subject, _: &mut Lists) -> Result<(), Error> {
        // A plan is deleted within two days, and its data come from another person's sheet.
        Ok(())
    }

    /// Deletes the plans that the person made. Those that would invite the person are searched before ([`PlanCopies`]).
    fn erase(&self, conn: &mut Conn, erasure: &Erasure) -> Result<(), Error> {
        store::delete_of(conn, erasure.user)
    }
}

/// The plans, as an erasure searches them: those that would invite an address while it was the person's.
pub struct PlanCopies;

impl Copies for PlanCopies {
    type Key = Id;
    type Text = KeptPlan;

    fn keys(conn: &mut Conn) -> Result<Vec<Id>, Error> {
        store::ids(conn)
    }

    fn texts(conn: &mut Conn, keys: &[Id]) -> Result<Vec<(Id, KeptPlan)>, Error> {
        store::some(conn, keys)
    }

    fn names(plan: &KeptPlan, sought: &Sought) -> bool {
        rules::names_one_of(&plan.rows, &sought.addresses_at(plan.made_at).collect::<Vec<_>>())
    }

    fn delete(conn: &mut Conn, keys: &[Id]) -> Result<(), Error> {
        store::delete(conn, keys)
    }
}
