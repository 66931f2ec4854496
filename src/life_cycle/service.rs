//! The use cases of `/appointments`, and of the page behind the link of a reminder.
//!
//! Each use case reads, or runs one unit of work. The methods `check_…` check permissions; a handler calls them before
//! it receives the body, and the unit of work checks again.

use std::collections::HashMap;
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};

use super::types::{
    Appoint, AppointmentChange, AppointmentQuery, AppointmentView, AskedEntry, FoundPeople, PersonDetails,
};
use super::{HandOver, LifeCycle, evidence, rules, store};
use crate::appointments::{self, AppointmentStatus, Event, ListFilter, Role};
use crate::audit::Trace;
use crate::db::{Conn, Id, Writer};
use crate::error::Error;
use crate::http::{IfMatch, RequestContext};
use crate::idempotency::{Answer, Ticket};
use crate::members;
use crate::policy::{self, Principal};
use crate::secrets::fingerprint;
use crate::service::{Service as _, UnitOfWork};

/// Appointments that are counted for a list: one more than a page tells ([`super::MOST_COUNTED`]).
const COUNTED: i64 = 1_001;
/// Longest search for people; what follows is left out.
const MAX_SEARCH: usize = 200;
/// Most appointments of one person that are shown.
const MOST_OWN: i64 = 100;

impl LifeCycle {
    /// The appointments that `reader` may see and `query` names, the oldest first: at most `limit`, after the one with
    /// the id `after`.
    pub async fn list(
        &self,
        reader: Arc<Principal>,
        query: AppointmentQuery,
        after: Option<Id>,
        limit: i64,
    ) -> Result<Vec<AppointmentView>, Error> {
        self.read(move |conn| {
            let filter = restricted(conn, &reader, query)?;
            let rows = appointments::list(conn, &filter, after, limit)?;
            store::views(conn, &reader, rows)
        })
        .await
    }

    /// The appointments that `reader` may see and `query` names, by the names of their people: those whose person has
    /// the words of `sought` in the name, or it in the address, which the Secretariat alone may search. At most `limit`,
    /// after the appointment with a key of a name and an id.
    pub async fn people(
        &self,
        reader: Arc<Principal>,
        query: AppointmentQuery,
        sought: &str,
        (after, limit): (Option<(String, Id)>, i64),
    ) -> Result<FoundPeople, Error> {
        let sought: String = sought.chars().take(MAX_SEARCH).collect();
        self.read(move |conn| {
            let filter = restricted(conn, &reader, query)?;
            let Some(search) = rules::search(&sought, reader.is_secretariat()) else {
                return Ok(FoundPeople::default());
            };
            let found = appointments::by_name(conn, &filter, &search, after.as_ref(), limit)?;
            let ids: Vec<Id> = found.iter().map(|(_, id)| *id).collect();
            let rows = appointments::some(conn, &ids)?;
            let views = store::views(conn, &reader, rows)?.into_iter();
            let mut views: HashMap<Id, AppointmentView> = views.map(|view| (view.id, view)).collect();
            let rows = found.into_iter().filter_map(|(key, id)| Some((key, views.remove(&id)?))).collect();
            let total = if search.is_empty() { Some(appointments::count_some(conn, &filter, COUNTED)?) } else { None };
            Ok(FoundPeople { rows, total })
        })
        .await
    }

    /// The people with the words of `sought` in the name, or for the Secretariat it in the address, of the appointments
    /// that `reader` may see: by the ids under which the audit log has them, `limit` at most and each once. Accounts
    /// come before invitations, so that nobody hides an account behind invitations with its name.
    pub async fn named(&self, reader: Arc<Principal>, sought: &str, limit: i64) -> Result<Vec<Id>, Error> {
        let sought: String = sought.chars().take(MAX_SEARCH).collect();
        self.read(move |conn| match rules::search(&sought, reader.is_secretariat()) {
            Some(search) => appointments::bearers(conn, &visible_to(&reader), &search, limit),
            None => Ok(Vec::new()),
        })
        .await
    }

    /// The names of the people of those of these appointments that `reader` may see.
    pub async fn holders(&self, reader: Arc<Principal>, ids: Vec<Id>) -> Result<HashMap<Id, String>, Error> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        self.read(move |conn| {
            let mut rows = appointments::some(conn, &ids)?;
            rows.retain(|row| policy::may_see_appointment(&reader, row));
            let views = store::views(conn, &reader, rows)?.into_iter();
            Ok(views.map(|view| (view.id, view.person.name)).collect())
        })
        .await
    }

    /// What `reader` sees of the person of an appointment beside name and address.
    ///
    /// # Errors
    /// 404.
    pub async fn details(&self, reader: Arc<Principal>, id: Id) -> Result<PersonDetails, Error> {
        self.read(move |conn| {
            let row = appointments::find(conn, id)?.ok_or_else(Error::not_found)?;
            if !policy::may_see_appointment(&reader, &row) {
                return Err(Error::not_found());
            }
            let stored = store::details(conn, &row)?;
            Ok(stored.map(|stored| evidence::shown_details(&reader, row.status, stored)).unwrap_or_default())
        })
        .await
    }

    /// The names of those of these people whom `reader` knows by name.
    pub async fn known_names(&self, reader: Arc<Principal>, people: Vec<Id>) -> Result<HashMap<Id, String>, Error> {
        self.read(move |conn| store::known_names(conn, &reader, &people)).await
    }

    /// The appointments of a person, past ones included, the oldest first.
    ///
    /// # Errors
    /// 403 for an API token without the scope.
    pub async fn own(&self, person: Arc<Principal>) -> Result<Vec<AppointmentView>, Error> {
        self.read(move |conn| Self::own_in(conn, &person)).await
    }

    /// The same within a unit of work.
    ///
    /// # Errors
    /// 403 for an API token without the scope.
    pub fn own_in(conn: &mut Conn, person: &Principal) -> Result<Vec<AppointmentView>, Error> {
        policy::may_read_appointments(person)?;
        let filter = ListFilter { holder: Some(person.user_id), ..ListFilter::default() };
        let rows = appointments::list(conn, &filter, None, MOST_OWN)?;
        store::views(conn, person, rows)
    }

    /// An appointment that `reader` may see.
    ///
    /// # Errors
    /// 403, 404.
    pub async fn get(&self, reader: Arc<Principal>, id: Id) -> Result<AppointmentView, Error> {
        policy::may_read_appointments(&reader)?;
        self.read(move |conn| {
            let row = appointments::find(conn, id)?.ok_or_else(Error::not_found)?;
            if !policy::may_see_appointment(&reader, &row) {
                return Err(Error::not_found());
            }
            super::view(conn, &reader, row)
        })
        .await
    }

    /// Appoints a person, or makes the application of `person`; the answer is an [`AppointmentView`].
    ///
    /// # Errors
    ///
    /// 403; 409 if the person has the appointment already; 422.
    pub async fn appoint(
        &self,
        person: Arc<Principal>,
        trace: Trace,
        ticket: Option<Ticket>,
        form: Appoint,
    ) -> Result<Answer, Error> {
        let (people, form) = (form.user_id.into_iter().collect(), Arc::new(form));
        let (officer, asked) = (Arc::clone(&person), Arc::clone(&form));
        let admit =
            move |unit: &UnitOfWork<Self>, conn: &mut Conn| unit.admit_appointer(conn, &officer, &asked).map(drop);
        let appoint =
            move |unit: &UnitOfWork<Self>, conn: &mut Conn| Answer::json(201, &unit.appoint(conn, &person, &form)?);
        self.write_once_about(trace, people, ticket, admit, appoint).await
    }

    /// Refuses an officer who may not set the end of this mandate.
    ///
    /// # Errors
    /// 401, 403, 404.
    pub async fn check_change(&self, officer: Arc<Principal>, id: Id) -> Result<(), Error> {
        let unit = self.unit(Trace::default());
        self.read(move |conn| {
            let row = appointments::find(conn, id)?.ok_or_else(Error::not_found)?;
            unit.admit_ender(conn, &officer, &row).map(|_is_handed_over| ())
        })
        .await
    }

    /// Sets the end of a mandate.
    ///
    /// # Errors
    /// 404, 403, 412; 409 where the mandate is over or a hand-over is under way.
    pub async fn change(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        id: Id,
        change: AppointmentChange,
        seen: IfMatch,
    ) -> Result<AppointmentView, Error> {
        let people = self.concerned(vec![id]).await?;
        self.write_about(trace, people, move |unit, conn| unit.change(conn, &officer, id, &change, &seen)).await
    }

    /// Refuses a person who may not cause this event.
    ///
    /// # Errors
    /// 401, 403, 404.
    pub async fn check_act(&self, person: Arc<Principal>, id: Id, event: Event) -> Result<(), Error> {
        let unit = self.unit(Trace::default());
        self.read(move |conn| {
            let row = appointments::find(conn, id)?.ok_or_else(Error::not_found)?;
            unit.admit(&person, event, &row).map(|_actor| ())
        })
        .await
    }

    /// Causes an event of an appointment; withdraws the open grants of its holder before it returns, where the event
    /// takes rights away.
    ///
    /// # Errors
    /// 404, 403, 409 where the state does not allow it.
    pub async fn act(
        &self,
        person: Arc<Principal>,
        trace: Trace,
        id: Id,
        event: Event,
        reason: Option<String>,
        seen: Option<IfMatch>,
    ) -> Result<AppointmentView, Error> {
        let people = self.concerned(vec![id]).await?;
        let act = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            unit.act(conn, &person, id, event, reason.as_deref(), seen.as_ref())
        };
        let view = self.write_about(trace, people, act).await?;
        self.review_grants(&view).await;
        Ok(view)
    }

    /// Hands an appointment over; withdraws the open grants of the predecessor before it returns.
    ///
    /// # Errors
    /// 404, 403, 409; 422 where the successor can't take over.
    pub async fn replace(
        &self,
        person: Arc<Principal>,
        trace: Trace,
        hand_over: HandOver,
    ) -> Result<AppointmentView, Error> {
        let people = self.concerned(vec![hand_over.predecessor, hand_over.successor]).await?;
        let replace = move |unit: &UnitOfWork<Self>, conn: &mut Conn| unit.replace(conn, &person, &hand_over);
        let view = self.write_about(trace, people, replace).await?;
        self.review_grants(&view).await;
        Ok(view)
    }

    /// Cancels a hand-over whose days are not over.
    ///
    /// # Errors
    /// 404, 403; 409 where none is under way.
    pub async fn cancel_hand_over(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        predecessor: Id,
        seen: Option<IfMatch>,
    ) -> Result<AppointmentView, Error> {
        let people = self.concerned(vec![predecessor]).await?;
        let cancel = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            unit.cancel_hand_over(conn, &officer, predecessor, seen.as_ref())
        };
        self.write_about(trace, people, cancel).await
    }

    /// The entry that the link of a reminder confirms.
    ///
    /// # Errors
    /// 410 where the link is spent or forged.
    pub async fn look_at_contact(&self, token: SecretString) -> Result<AskedEntry, Error> {
        let unit = self.unit(Trace::default());
        self.read(move |conn| unit.look_at_confirmation(conn, token.expose_secret())).await
    }

    /// Confirms a contact by the link of a reminder; returns the entry.
    ///
    /// # Errors
    /// 410 where the link is spent or forged.
    pub async fn confirm_contact(
        &self,
        caller: &RequestContext,
        token: SecretString,
    ) -> Result<(AskedEntry, AppointmentView), Error> {
        // A read first, so that a forged link, and one that would change nothing, takes no turn of the writers.
        let asked = self.look_at_contact(token.clone()).await?;
        let (unit, known) = (self.unit(Trace::default()), token.clone());
        if let Some(view) = self.read(move |conn| unit.confirmed_already(conn, known.expose_secret())).await? {
            return Ok((asked, view));
        }
        self.foundation.admit_link(caller, Writer::of_link(&fingerprint(token.expose_secret()))).await?;
        let work = self.write(caller, move |unit, conn| unit.confirm_by_link(conn, token.expose_secret()));
        Ok((asked, work.await?))
    }

    /// Whether the contact of a spent link is confirmed.
    pub async fn is_contact_confirmed(&self, token: String) -> Result<bool, Error> {
        let unit = self.unit(Trace::default());
        self.read(move |conn| unit.is_confirmed_since(conn, &token)).await
    }

    /// The people whom work on these appointments concerns.
    async fn concerned(&self, ids: Vec<Id>) -> Result<Vec<Id>, Error> {
        self.read(move |conn| super::concerned(conn, &ids)).await
    }

    /// A person who leaves one of these offices may grant less from then on.
    async fn review_grants(&self, view: &AppointmentView) {
        if matches!(view.role, Role::Secretariat | Role::Coordinator) && view.status != AppointmentStatus::Active {
            self.grant_review.run().await;
        }
    }
}

/// The filter of [`policy::may_see_appointment`].
fn visible_to(reader: &Principal) -> ListFilter {
    let officer = policy::check(reader, policy::Action::ManageAppointments).is_ok();
    if officer && reader.is_secretariat() {
        return ListFilter::default();
    }
    let coordinated = reader.active().filter(|held| officer && held.role == Role::Coordinator);
    let organisations = coordinated.map(|held| held.organisation_id).collect();
    let own = policy::check(reader, policy::Action::ReadProfile).is_ok();
    let holder = own.then_some(reader.user_id);
    ListFilter { organisations: Some(organisations), holder, ..ListFilter::default() }
}

/// The appointments that a reader may see and a query names.
fn restricted(conn: &mut Conn, reader: &Principal, query: AppointmentQuery) -> Result<ListFilter, Error> {
    let mut filter = visible_to(reader);
    (filter.statuses, filter.roles) = (query.status, query.role);
    if !query.member.is_empty() {
        let codes: Vec<String> = query.member.iter().map(|code| code.to_ascii_uppercase()).collect();
        filter.within = Some(members::ids(conn, &codes)?);
    }
    Ok(filter)
}
