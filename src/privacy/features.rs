//! The features that hold personal data, listed once: what is on this list is exported and erased.

use crate::adoption;
use crate::announcements;
use crate::appointments;
use crate::audit;
use crate::directory;
use crate::idempotency;
use crate::identity;
use crate::imports;
use crate::life_cycle::invitations;
use crate::mail;
use crate::nominations;
use crate::personal_data::PersonalData;
use crate::registrations;
use crate::releases;
use crate::responses;
use crate::rounds;
use crate::surveys;

/// Every feature that holds personal data, in the order in which they erase it.
///
/// The data of an erasure (addresses, names, appointments, the organisation of the pseudonym) are read before the first
/// of them. Foreign keys require no order: rows of people, appointments, deliveries and mails that others refer to are
/// blanked, not deleted, and an appointment drops the reference to its application before that is deleted
/// (`registrations`). Locks do: the rows of digests are locked before the account, so they are not on the list
/// (`announcements::digest::forget`), and the account is locked before everything on it. The other features keep their
/// order, which is the order of their locks.
pub(super) fn all<'a>(mails: &'a mail::PersonalRecords<'a>) -> [&'a dyn PersonalData; 16] {
    [
        &nominations::PersonalRecords,
        &directory::PersonalRecords,
        &imports::PersonalRecords,
        &responses::PersonalRecords,
        &surveys::PersonalRecords,
        &releases::PersonalRecords,
        &rounds::PersonalRecords,
        &idempotency::PersonalRecords,
        mails,
        &announcements::PersonalRecords,
        &invitations::PersonalRecords,
        &registrations::PersonalRecords,
        &appointments::PersonalRecords,
        &adoption::PersonalRecords,
        &audit::PersonalRecords,
        &identity::PersonalRecords,
    ]
}
