//! The SQL of contacts in an export of personal data.

use diesel::prelude::*;

use crate::db::schema::contact;
use crate::db::{Conn, Document, Id};
use crate::error::Error;
use crate::personal_data::{Lists, Subject};
use crate::personal_list;
use crate::time::Timestamp;

type Texts = Document<Vec<String>>;

/// Adds the contacts of a person to an export, listed or not.
pub(super) fn export(conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
    personal_list!(lists, "contacts", conn, contact::table.filter(contact::user_id.eq(subject.user)),
        id: Id = contact::id, listed: bool = contact::listed, role: String = contact::role,
        name: String = contact::name, job_title: Option<String> = contact::job_title,
        job_title_audience: String = contact::job_title_audience, email: String = contact::email,
        email_audience: String = contact::email_audience, phone: Option<String> = contact::phone,
        phone_audience: String = contact::phone_audience, languages: Texts = contact::languages,
        languages_audience: String = contact::languages_audience, technologies: Texts = contact::technologies,
        technologies_audience: String = contact::technologies_audience, updated_at: Timestamp = contact::updated_at);
    Ok(())
}
