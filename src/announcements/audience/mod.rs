//! Audiences: contacts selected with AND, OR and NOT by the fields of the directory, whatever the audience of a field.
//!
//! The values of one list are alternatives (OR), the lists of one audience all hold (AND); `any`, `all` and `none` hold
//! audiences in turn. An audience is evaluated by set algebra on the directory's index ([`Audience::contacts`]), so its
//! cost does not grow with the number of contacts that it selects.
//!
//! The community is closed to partner agencies, and so are its announcements: people of an agency are selected only where
//! an audience names their role, or the agency by its code.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::adoption::{self, AdoptionStatus};
use crate::appointments::Role;
use crate::db::Conn;
use crate::directory::Filter;
use crate::directory::recipients::{self, ContactSet};
use crate::error::{Error, FieldCode, FieldError, FieldErrors};
use crate::members::{self, Region};
use crate::text;

/// Most entries of one list.
pub const MAX_LIST: usize = 200;
/// Most parts of an audience.
pub const MAX_PARTS: usize = 50;
/// Deepest nesting of parts.
const MAX_DEPTH: usize = 5;

/// Whom an announcement is for. What is empty does not restrict; within a list it is OR, between lists AND.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(no_recursion)]
pub struct Audience {
    /// WCO regions.
    pub regions: Vec<Region>,
    /// Roles.
    pub roles: Vec<Role>,
    /// Codes of members.
    #[schema(example = json!(["SN", "KE"]))]
    pub members: Vec<String>,
    /// Technologies that a contact knows about.
    pub technologies: Vec<String>,
    /// Languages that a contact speaks.
    pub languages: Vec<String>,
    /// What the contact's member says of a technology.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adoption: Option<AdoptedBy>,
    /// Those of at least one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub any: Vec<Audience>,
    /// Those of each of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub all: Vec<Audience>,
    /// Those of none of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub none: Vec<Audience>,
}

/// Members by what they say of technologies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AdoptedBy {
    /// One of these technologies; any where it is empty.
    pub technologies: Vec<String>,
    /// One of these states; any where it is empty.
    #[schema(value_type = Vec<String>)]
    pub states: Vec<AdoptionStatus>,
    /// Whether they are willing to talk about it, where that counts.
    pub willing_to_share: Option<bool>,
}

/// The codes in an audience, each with its pointer.
#[derive(Default)]
struct ReferencedCodes {
    members: Vec<(String, String)>,
    technologies: Vec<(String, String)>,
}

impl Audience {
    /// Parses an audience: codes in their stored form, each once.
    ///
    /// # Errors
    /// 422 that names every list at fault.
    pub(super) fn parse(&self, conn: &mut Conn) -> Result<Self, Error> {
        let mut faults = FieldErrors::new();
        let mut parts = 0;
        let audience = self.normal("/audience", 0, &mut parts, &mut faults);
        if parts > MAX_PARTS {
            faults.add(FieldError::new("/audience", FieldCode::TooMany).with("max", MAX_PARTS));
        }
        faults.finish()?;
        audience.check_codes(conn)?;
        Ok(audience)
    }

    fn normal(&self, at: &str, depth: usize, parts: &mut usize, faults: &mut FieldErrors) -> Self {
        *parts += 1;
        let deeper = !(self.any.is_empty() && self.all.is_empty() && self.none.is_empty());
        if deeper && depth == MAX_DEPTH {
            faults.add(FieldError::new(at, FieldCode::TooDeep).with("max", MAX_DEPTH));
            return Self::default();
        }
        // Limits first: nothing is done with input that exceeds them.
        if *parts > MAX_PARTS || !self.are_lists_few(at, faults) {
            return Self::default();
        }
        let lower = |codes: &[String]| text::unique(codes.iter().map(|code| code.trim().to_lowercase()));
        let adoption = self.adoption.as_ref().map(|adopted| AdoptedBy {
            technologies: lower(&adopted.technologies),
            states: sorted(&adopted.states),
            willing_to_share: adopted.willing_to_share,
        });
        let mut within = |name: &str, list: &[Self], faults: &mut FieldErrors| -> Vec<Self> {
            let part =
                |(index, part): (usize, &Self)| part.normal(&format!("{at}/{name}/{index}"), depth + 1, parts, faults);
            list.iter().take(MAX_PARTS).enumerate().map(part).collect()
        };
        let audience = Self {
            regions: sorted(&self.regions),
            roles: sorted(&self.roles),
            members: text::unique(self.members.iter().map(|code| code.trim().to_uppercase())),
            technologies: lower(&self.technologies),
            languages: lower(&self.languages),
            any: within("any", &self.any, faults),
            all: within("all", &self.all, faults),
            none: within("none", &self.none, faults),
            adoption,
        };
        let is_known = |code: &str| text::is_language_code(&code.trim().to_lowercase());
        if let Some((place, code)) = self.languages.iter().enumerate().find(|(_, code)| !is_known(code)) {
            let pointer = format!("{at}/languages/{place}");
            faults.add(FieldError::new(pointer, FieldCode::UnknownLanguage).with("value", text::shown(code)));
        }
        audience
    }

    /// Whether no list exceeds its limit.
    fn are_lists_few(&self, at: &str, faults: &mut FieldErrors) -> bool {
        let adopted = self.adoption.as_ref();
        let lists = [
            ("regions", text::few(&self.regions, MAX_LIST)),
            ("roles", text::few(&self.roles, MAX_LIST)),
            ("members", text::few(&self.members, MAX_LIST)),
            ("technologies", text::few(&self.technologies, MAX_LIST)),
            ("languages", text::few(&self.languages, MAX_LIST)),
            ("adoption/technologies", adopted.map_or(Ok(()), |adopted| text::few(&adopted.technologies, MAX_LIST))),
            ("adoption/states", adopted.map_or(Ok(()), |adopted| text::few(&adopted.states, MAX_LIST))),
            ("any", text::few(&self.any, MAX_PARTS)),
            ("all", text::few(&self.all, MAX_PARTS)),
            ("none", text::few(&self.none, MAX_PARTS)),
        ];
        lists.into_iter().fold(true, |few, (name, list)| faults.take(&format!("{at}/{name}"), list).is_some() && few)
    }

    /// Refuses members and technologies that don't exist, in any part.
    fn check_codes(&self, conn: &mut Conn) -> Result<(), Error> {
        let mut named = ReferencedCodes::default();
        self.collect_codes("/audience", &mut named);
        let codes = |named: &[(String, String)]| text::unique(named.iter().map(|(_, code)| code.clone()));
        let members = members::all_appointable(conn, &codes(&named.members))?;
        let technologies = members::technologies(conn)?;
        let mut faults = FieldErrors::new();
        for (pointer, code) in named.members.iter().filter(|(_, code)| !members.contains_key(code)) {
            faults.add(FieldError::new(pointer, FieldCode::UnknownOrganisation).with("value", text::shown(code)));
        }
        let is_known = |code: &String| technologies.iter().any(|known| known.code == *code);
        for (pointer, code) in named.technologies.iter().filter(|(_, code)| !is_known(code)) {
            faults.add(FieldError::new(pointer, FieldCode::UnknownTechnology).with("value", text::shown(code)));
        }
        faults.finish()
    }

    /// Collects the codes, each with its pointer.
    fn collect_codes(&self, at: &str, named: &mut ReferencedCodes) {
        let each = |name: &str, codes: &[String]| -> Vec<(String, String)> {
            codes.iter().enumerate().map(|(index, code)| (format!("{at}/{name}/{index}"), code.clone())).collect()
        };
        named.members.extend(each("members", &self.members));
        named.technologies.extend(each("technologies", &self.technologies));
        if let Some(adopted) = &self.adoption {
            named.technologies.extend(each("adoption/technologies", &adopted.technologies));
        }
        for (name, list) in [("any", &self.any), ("all", &self.all), ("none", &self.none)] {
            for (index, part) in list.iter().enumerate() {
                part.collect_codes(&format!("{at}/{name}/{index}"), named);
            }
        }
    }

    /// The contacts that it selects now. People of agencies are among them only where a part that selects them names them.
    pub(super) fn contacts(&self, conn: &mut Conn) -> Result<ContactSet, Error> {
        let set = self.selected(conn)?;
        let agencies = recipients::matching(conn, &of_agencies(None))?;
        if agencies.is_empty() {
            return Ok(set);
        }
        Ok(set.but(&agencies.but(&self.named_agencies(conn)?)))
    }

    /// The people of agencies that it names, by their role or by their agency. What one alternative names is not open to
    /// the others.
    fn named_agencies(&self, conn: &mut Conn) -> Result<ContactSet, Error> {
        let mut named = if self.roles.contains(&Role::Partner) {
            recipients::matching(conn, &of_agencies(None))?
        } else if self.members.is_empty() {
            ContactSet::default()
        } else {
            recipients::matching(conn, &of_agencies(Some(&self.members)))?
        };
        for part in &self.all {
            named = named.or(&part.named_agencies(conn)?);
        }
        for part in &self.any {
            named = named.or(&part.named_agencies(conn)?.and(&part.selected(conn)?));
        }
        Ok(named)
    }

    fn selected(&self, conn: &mut Conn) -> Result<ContactSet, Error> {
        let mut set = recipients::matching(conn, &self.filter())?;
        if let Some(adopted) = &self.adoption {
            let organisations =
                adoption::organisations(conn, &adopted.technologies, &adopted.states, adopted.willing_to_share)?;
            let codes = members::some(conn, &organisations)?.into_iter().map(|member| member.code).collect();
            set = set.and(&recipients::matching(conn, &Filter { members: Some(codes), ..Filter::default() })?);
        }
        if let Some((first, others)) = self.any.split_first() {
            let mut either = first.selected(conn)?;
            for part in others {
                either = either.or(&part.selected(conn)?);
            }
            set = set.and(&either);
        }
        for part in &self.all {
            set = set.and(&part.selected(conn)?);
        }
        for part in &self.none {
            set = set.but(&part.selected(conn)?);
        }
        Ok(set)
    }

    fn filter(&self) -> Filter {
        Filter {
            regions: self.regions.clone(),
            members: (!self.members.is_empty()).then(|| self.members.clone()),
            roles: self.roles.clone(),
            languages: self.languages.clone(),
            technologies: self.technologies.clone(),
            ..Filter::default()
        }
    }
}

/// People of partner agencies; of these, if they are given.
fn of_agencies(codes: Option<&[String]>) -> Filter {
    Filter { roles: vec![Role::Partner], members: codes.map(<[String]>::to_vec), ..Filter::default() }
}

fn sorted<T: Copy + Ord>(values: &[T]) -> Vec<T> {
    let mut values = values.to_vec();
    values.sort_unstable();
    values.dedup();
    values
}
