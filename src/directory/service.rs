//! The use cases of the directory: a page of contacts, one contact, the change of one. Exports are in
//! `formats::export`.
//!
//! A contact is changed by its owner, a coordinator of its organisation, or the Secretariat. Officers change fields
//! that they see, and only narrow their audiences. The owner gets a mail about a change by somebody else: its fields,
//! without the values.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::labels::Labels;
use super::mails::ContactChanged;
use super::search::{Page, Position, Search, query};
use super::types::{ChangeContact, Contact, ContactChange, ContactMember, ContactQuery};
use super::views::count_views;
use super::{Directory, locks, parse_change, rules, store};
use crate::appointments::Role;
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, FieldErrors};
use crate::http::IfMatch;
use crate::http::pagination::Facets;
use crate::i18n::{Catalogue, Language};
use crate::identity;
use crate::members;
use crate::policy::{self, Principal, Visibility};
use crate::service::{Service as _, UnitOfWork};
use crate::throttle::Causer;

/// How long the mail about a change is tried.
const NOTICE_LIFE: Duration = Duration::from_hours(96);

/// A page of contacts.
pub struct ContactPage {
    /// The contacts, each with its position in the order.
    pub rows: Vec<(Contact, Position)>,
    /// How many contacts all pages have, where the query asks for it.
    pub total: Option<u64>,
    /// The counts of the facets that the query asks for; none where it asks for no facet.
    pub facets: Option<Facets>,
}

/// A contact, and what its reader may do with it.
pub struct ContactView {
    /// The contact.
    pub contact: Contact,
    /// Its appointment, which everybody sees who may change it.
    pub appointment: Id,
    /// Whether the reader may change it.
    pub may_change: bool,
}

impl Directory {
    /// The contacts of a query after a position. `rows` is one more than the page shows, which tells whether another
    /// page follows.
    ///
    /// # Errors
    /// 400 for a query that is wrong, 429 where the reader has looked at too many contacts today.
    pub async fn list(
        &self,
        viewer: &Principal,
        query: ContactQuery,
        after: Option<Position>,
        rows: i64,
    ) -> Result<ContactPage, Error> {
        let most = usize::try_from(rows).unwrap_or(usize::MAX);
        let room = self.reserve_views(viewer, most)?;
        let facets = query::facets(query.facets.as_deref().unwrap_or_default())?;
        let total = query.total.unwrap_or(false);
        let search = query::prepare(self.names.clone(), self.bitmaps.clone(), viewer, query)?;
        let catalogue = Arc::clone(&self.catalogue);
        let read = move |conn: &mut Conn| {
            let search = search(conn)?;
            let page = search.page(conn, after.as_ref(), rows, total, &facets)?;
            labelled(conn, &catalogue, &search, page)
        };
        let page = self.read(read).await?;
        // A search without a result, or for counts alone, reveals something, too.
        count_views(room, page.rows.len().min(most.saturating_sub(1)).max(1));
        Ok(page)
    }

    /// One contact, and whether its reader may change it.
    ///
    /// # Errors
    /// 404, and 429 where the reader has looked at too many contacts today.
    pub async fn get(&self, viewer: &Principal, id: Id) -> Result<ContactView, Error> {
        let (room, sight) = (self.reserve_views(viewer, 1)?, Visibility::of(viewer));
        let found = self.read(move |conn| Ok(store::find(conn, &sight, id)?.map(|found| (found, sight)))).await?;
        let ((row, member), sight) = found.ok_or_else(Error::not_found)?;
        count_views(room, 1);
        let may_change = policy::may_change_contact(viewer, row.user_id, row.organisation_id).is_ok();
        let appointment = row.appointment_id;
        Ok(ContactView { contact: rules::shown_to(&sight, row, member, &[]), appointment, may_change })
    }

    /// Refuses a caller who may not change a contact. To be called before the body of the request is received.
    ///
    /// # Errors
    /// 404, 403.
    pub async fn check_editor(&self, editor: Arc<Principal>, id: Id) -> Result<(), Error> {
        self.read(move |conn| {
            let (row, _) = store::find(conn, &Visibility::of(&editor), id)?.ok_or_else(Error::not_found)?;
            policy::may_change_contact(&editor, row.user_id, row.organisation_id)
        })
        .await
    }

    /// Changes a contact of the version `seen`.
    ///
    /// # Errors
    /// 422, 404, 403, 412, and 429 where the editor causes too many mails.
    pub async fn change(
        &self,
        editor: Arc<Principal>,
        trace: Trace,
        id: Id,
        form: &ChangeContact,
        seen: IfMatch,
    ) -> Result<Contact, Error> {
        let mut faults = FieldErrors::new();
        let change = parse_change(form, &mut faults);
        faults.finish()?;
        self.write(trace, move |unit, conn| unit.change(conn, &editor, id, &change, &seen)).await
    }
}

/// The page with the names of its facets' values.
fn labelled(conn: &mut Conn, catalogue: &Catalogue, search: &Search, page: Page) -> Result<ContactPage, Error> {
    let mut facets = Facets::new();
    for (facet, counts) in page.facets {
        let labels = Labels::read(conn, facet, search.language, search.sight.hidden)?;
        let values = labels.apply(catalogue, search.language, counts, &search.filter);
        facets.insert(facet.as_str().to_owned(), values);
    }
    Ok(ContactPage { rows: page.rows, total: page.total, facets: (!facets.is_empty()).then_some(facets) })
}

/// The owner of a contact, and where the contact is.
struct Owner {
    person: Id,
    organisation: Id,
    /// The English and the French name of the organisation.
    names: (String, String),
}

impl UnitOfWork<Directory> {
    fn change(
        &self,
        conn: &mut Conn,
        editor: &Principal,
        id: Id,
        change: &ContactChange,
        seen: &IfMatch,
    ) -> Result<Contact, Error> {
        // What is read, judged and changed is the same.
        locks::contacts(conn, &[id])?;
        let sight = Visibility::of(editor);
        let (row, member) = store::find(conn, &sight, id)?.ok_or_else(Error::not_found)?;
        policy::may_change_contact(editor, row.user_id, row.organisation_id)?;
        // Decided before the row is consumed, answered after the version: 412 comes before the 403 of a field.
        let permission = rules::check_change(&sight, &row, change);
        let (fields, owner) = (rules::changed(&row, change), Owner::of(row.user_id, row.organisation_id, &member));
        seen.check(&rules::shown_to(&sight, row, member, &[]))?;
        permission?;
        members::check_technologies(conn, change.technologies.as_deref().unwrap_or_default(), "/technologies")?;
        if !fields.is_empty() {
            store::change(conn, &[id], change, self.now)?;
            self.record_change(conn, editor, &owner, &fields)?;
            self.notify_owner(conn, editor, &owner, &fields)?;
        }
        let (row, member) = store::find(conn, &sight, id)?.ok_or_else(Error::not_found)?;
        Ok(rules::shown_to(&sight, row, member, &[]))
    }

    fn record_change(&self, conn: &mut Conn, editor: &Principal, owner: &Owner, fields: &[&str]) -> Result<(), Error> {
        let entry = Entry::by(Event::ContactChanged, editor.user_id, owner.person).of(owner.organisation);
        self.audit.record(conn, &self.trace, &entry.with(json!({"fields": fields})))
    }

    /// Mails the owner, unless the owner is the editor, who changed which fields; the values are left out.
    fn notify_owner(&self, conn: &mut Conn, editor: &Principal, owner: &Owner, fields: &[&str]) -> Result<(), Error> {
        if editor.user_id == owner.person {
            return Ok(());
        }
        self.throttle.charge_mail(conn, Causer::Officer(editor.user_id), owner.person)?;
        let person = identity::get_user(conn, owner.person)?;
        let language = person.preferred_language;
        let (catalogue, (english, french)) = (&self.service.catalogue, &owner.names);
        let names = fields.iter().map(|field| catalogue.text(language, &format!("changed-{field}"), &[]));
        let organisation = if language.catalogue() == Language::Fr { french } else { english };
        let by = if editor.is_secretariat() { Role::Secretariat } else { Role::Coordinator };
        let fields = names.collect::<Vec<_>>().join(", ");
        let mail = ContactChanged { by, organisation: organisation.as_str().into(), fields };
        self.outbox.post(conn, &person.recipient(), &mail, NOTICE_LIFE)
    }
}

impl Owner {
    fn of(person: Id, organisation: Id, member: &ContactMember) -> Self {
        Self { person, organisation, names: (member.name_en.clone(), member.name_fr.clone()) }
    }
}
