//! Suppressed addresses, as stored and as shown.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SuppressionReason;
use crate::db::schema::mail_suppression;
use crate::time::Timestamp;

/// An address that no announcement goes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Queryable, Selectable, Insertable, ToSchema)]
#[diesel(table_name = mail_suppression, treat_none_as_default_value = false)]
pub struct Suppression {
    /// The address, in lower case; `#`, a hash, and the domain, where its owner was erased.
    #[diesel(column_name = address_key)]
    pub address: String,
    /// Why.
    pub reason: SuppressionReason,
    /// What it came from: `report`, `secretariat`, `import`.
    pub source: String,
    /// Until when, where it ends by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// Since when.
    #[diesel(column_name = created_at)]
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

impl Suppression {
    /// What is on the list after this one comes to what is held: none where that weighs more and stays. One for the same
    /// reason holds since the first of them.
    #[must_use]
    pub fn after(&self, held: Option<&Self>, now: Timestamp) -> Option<Self> {
        match held.filter(|held| held.until.is_none_or(|until| until > now)) {
            Some(held) if held.reason > self.reason => None,
            Some(held) if held.reason == self.reason => Some(Self { since: held.since, ..self.clone() }),
            _ => Some(self.clone()),
        }
    }
}

/// The filter of the list. Omitted values do not restrict.
#[derive(Clone, Debug, Default)]
pub struct SuppressionFilter {
    /// For one of these reasons.
    pub reasons: Vec<SuppressionReason>,
    /// The beginning of the address, in lower case.
    pub prefix: Option<String>,
    /// Or the masked address; used only together with `prefix`.
    pub mask: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use SuppressionReason::{Complaint, HardBounce, Manual, SoftBounces};

    fn at(time: i64) -> Timestamp {
        Timestamp::from_micros(time)
    }

    fn row(reason: SuppressionReason, since: i64, until: Option<i64>) -> Suppression {
        let (address, source) = ("awa@douanes.example".to_owned(), "report".to_owned());
        Suppression { address, reason, source, until: until.map(at), since: at(since) }
    }

    #[test]
    fn the_reason_that_weighs_more_stays_while_it_holds() {
        let new = row(HardBounce, 10, None);
        for (held, expected) in [
            (None, Some(new.clone())),
            (Some(row(SoftBounces, 1, Some(20))), Some(new.clone())),
            (Some(row(HardBounce, 1, None)), Some(row(HardBounce, 1, None))),
            (Some(row(Complaint, 1, None)), None),
            (Some(row(Manual, 1, Some(11))), None),
            (Some(row(Manual, 1, Some(10))), Some(new.clone())),
        ] {
            assert_eq!(new.after(held.as_ref(), at(10)), expected, "{held:?}");
        }
        let longer = row(SoftBounces, 10, Some(40));
        let held = row(SoftBounces, 1, Some(20));
        assert_eq!(longer.after(Some(&held), at(10)), Some(row(SoftBounces, 1, Some(40))));
    }
}
