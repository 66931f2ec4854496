//! An administration against its region and all: for its own people, from the rows that everybody sees.
//!
//! Nothing is computed afresh for it, so that nobody learns more here than the release tells. And what an
//! administration's consent to be named would do to the releases that stand.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Map, Value};
use survey_results::QuestionResult;

use super::kept::Shown;
use super::told::{BrokenTable, ConsentCheck, OwnResult, OwnResults};
use super::{Releases, teller};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::{Catalogue, Language};
use crate::members::{self, Region};
use crate::policy::{self, Principal, ResponseReach};
use crate::responses;
use crate::rounds;
use crate::service::Service as _;

/// The organisation of a person in a round.
struct Own {
    organisation: Id,
    code: String,
    region: Option<Region>,
}

impl Releases {
    /// The answers of the person's own organisation beside what a release tells of its region and of all.
    ///
    /// # Errors
    /// 404, also where the person sees no whole response of the round; 429 where the person reads several already.
    pub async fn own(&self, person: Arc<Principal>, id: Id, language: Language) -> Result<OwnResults, Error> {
        let _under_way = self.heavy_work.stream(person.user_id)?;
        let row = self.row(Some(&person), id).await?;
        let (round, as_of) = (row.round_id, row.as_of);
        let (own, answers) = self
            .read(move |conn| {
                let own = own(conn, &person, round)?;
                let answers = responses::answers_at(conn, round, own.organisation, as_of)?;
                Ok((own, answers.unwrap_or_default()))
            })
            .await?;
        let (shown, catalogue) = (self.shown(&row).await?, Arc::clone(&self.catalogue));
        self.heavy_work.beside(move || Ok(told(&catalogue, &shown, own, &answers, language))).await
    }

    /// Whether the releases that stand would still protect all others if the person's organisation agreed to be named,
    /// beside those that have agreed by now.
    ///
    /// # Errors
    /// As [`Self::own`]; 429 where the person has heavy work under way, 503 where the lane is full.
    pub async fn consent_check(&self, person: Arc<Principal>, round: Id) -> Result<ConsentCheck, Error> {
        let user = person.user_id;
        let now = self.foundation.clock.now();
        let find = move |conn: &mut Conn| {
            let own = own(conn, &person, round)?;
            let agreed = responses::consents(conn, round, now)?;
            Ok(agreed.into_iter().chain([own.organisation]).collect())
        };
        let named: HashSet<Id> = self.read(find).await?;
        let _turn = self.heavy_work.place(user)?.turn().await?;
        let broken = self.broken_by(round, named).await?;
        let data: Vec<BrokenTable> =
            broken.into_iter().map(|(release, question)| BrokenTable { release, question }).collect();
        Ok(ConsentCheck { is_safe: data.is_empty(), data })
    }
}

/// The answers of an organisation beside the figures of all and of its region.
fn told(
    catalogue: &Catalogue,
    shown: &Shown,
    own: Own,
    answers: &Map<String, Value>,
    language: Language,
) -> OwnResults {
    let teller = teller(catalogue, shown, language);
    let region = own.region.map(Region::as_str);
    let beside = |result: &QuestionResult| {
        let row = region.and_then(|region| result.by_region.table()?.row(region));
        let answer = answers.get(&result.question);
        let answer = match &result.row {
            None => answer,
            Some(row) => answer.and_then(|rows| rows.get(row)),
        };
        OwnResult {
            table: teller.totals(result),
            region: row.map(|row| teller.row(result, row, true)),
            answer: answer.cloned(),
        }
    };
    let data = shown.release.questions.iter().map(beside).collect();
    OwnResults { release: shown.summary(), organisation: own.code, region: region.map(str::to_owned), data }
}

/// The organisation whose whole response a person sees.
///
/// # Errors
/// 404 where there is no such round, or it asks none of the person's organisations.
fn own(conn: &mut Conn, person: &Principal, round: Id) -> Result<Own, Error> {
    rounds::facts_seen(conn, person, round)?.ok_or_else(Error::not_found)?;
    for organisation in policy::answers_for(person) {
        if policy::reach_of_response(person, organisation) != Some(ResponseReach::Whole) {
            continue;
        }
        if let Some(standing) = rounds::standing(conn, round, organisation)? {
            let known = members::some(conn, &[organisation])?.pop().ok_or_else(Error::not_found)?;
            return Ok(Own { organisation, code: known.code, region: standing.region });
        }
    }
    Err(Error::not_found())
}
