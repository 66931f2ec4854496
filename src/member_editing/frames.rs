//! The organisations that were active on a day, for rounds of surveys: as the counts of a day, without those whose rights
//! rested then.

use std::collections::HashMap;

use super::types::PastState;
use super::{rules, store};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::members::{self, MemberStatus, Organisation, OrganisationKind, Region};
use crate::time::{Day, Timestamp};

/// The members that were active on a day, with the regions that they had at this instant of it.
pub fn active_members(conn: &mut Conn, day: Day, at: Timestamp) -> Result<Vec<(Id, Option<Region>)>, Error> {
    let all = members::all(conn)?;
    let past = store::as_of(conn, at)?;
    let members = all.iter().filter(|one| one.kind == OrganisationKind::Member);
    Ok(active(members, &past, day).map(|(member, state)| (member.id, state.region)).collect())
}

/// The partner agencies that were active on a day, with the regions that the members had at this instant to which they
/// belong.
pub fn active_partners(conn: &mut Conn, day: Day, at: Timestamp) -> Result<Vec<(Id, Option<Region>)>, Error> {
    let (partners, members) = (members::partners(conn)?, members::all(conn)?);
    let past = store::as_of(conn, at)?;
    let of_member: HashMap<Id, Option<Region>> = members
        .iter()
        .map(|member| (member.id, past.get(&member.id).map_or(member.region, |state| state.region)))
        .collect();
    let belongs: HashMap<Id, Id> =
        partners.iter().filter_map(|(agency, member)| Some((agency.id, (*member)?))).collect();
    let region = |agency: Id| belongs.get(&agency).and_then(|member| of_member.get(member)).copied().flatten();
    let agencies = partners.iter().map(|(agency, _)| agency);
    Ok(active(agencies, &past, day).map(|(agency, _)| (agency.id, region(agency.id))).collect())
}

fn active<'a>(
    organisations: impl Iterator<Item = &'a Organisation>,
    past: &HashMap<Id, PastState>,
    day: Day,
) -> impl Iterator<Item = (&'a Organisation, PastState)> {
    rules::on_day(organisations, past, day).filter(|(_, state)| state.status == MemberStatus::Active)
}
