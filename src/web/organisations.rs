//! Organisations and technologies on pages: by their names in the language of the page, and as choices of a form.
//!
//! The names of all of them are in memory (`members::TitleCache`); a page takes them with it, so that no list
//! reads a name per row. Where they are unknown, as on the page of an error, the code stands for the name.

use actix_web::HttpRequest;
use actix_web::web::Data;

use super::{Choice, Page, Shown};
use crate::db::Id;
use crate::members::{Region, Title, TitleCache};
use crate::policy;

/// Members of one region, to choose from.
#[derive(Clone, Debug)]
pub struct MemberGroup {
    /// The region in words.
    pub label: String,
    /// The members, in the order of their names.
    pub members: Vec<Choice>,
    /// How many of them are chosen.
    pub chosen: usize,
}

impl Page {
    /// The same page with the names of organisations. Without them a page is still good.
    pub(super) async fn naming(mut self, request: &HttpRequest) -> Self {
        if self.viewer().is_none() {
            return self;
        }
        let Some(cache) = request.app_data::<Data<TitleCache>>() else { return self };
        match cache.current().await {
            Ok(titles) => self.titles = titles,
            Err(error) => tracing::debug!(%error, "no names of organisations"),
        }
        self
    }

    /// The name of the organisation with this code, in the language of the page.
    #[must_use]
    pub fn organisation<'a>(&'a self, code: &'a str) -> &'a str {
        let title = self.titles.get(code).filter(|title| self.may_name(title));
        title.map_or(code, |title| title.name_in(self.language()))
    }

    /// The same as a value of a list or of facts.
    #[must_use]
    pub fn shown_organisation(&self, code: &str) -> Shown {
        Shown::text(self.organisation(code))
    }

    /// The organisation with this id by its name; by its id where it is unknown.
    #[must_use]
    pub fn organisation_of_id(&self, id: Id) -> Shown {
        match self.titles.of_id(id).filter(|title| self.may_name(title)) {
            Some(title) => Shown::text(title.name_in(self.language())),
            None => Shown::code(id),
        }
    }

    /// The members that everybody sees, in the order of their names in the language of the page.
    #[must_use]
    pub fn member_choices(&self) -> Vec<Choice> {
        self.choices(Title::is_listed)
    }

    /// The same, and the Secretariat first.
    #[must_use]
    pub fn organisation_choices(&self) -> Vec<Choice> {
        let mut choices = self.choices(Title::is_secretariat);
        choices.extend(self.member_choices());
        choices
    }

    /// The partner agencies, in the order of their names in the language of the page.
    #[must_use]
    pub fn agency_choices(&self) -> Vec<Choice> {
        self.choices(|title| title.is_agency() && self.may_name(title))
    }

    /// Whether an organisation with this code is a partner agency that the viewer may know of.
    #[must_use]
    pub fn is_agency(&self, code: &str) -> bool {
        self.titles.get(code).is_some_and(|title| title.is_agency() && self.may_name(title))
    }

    /// The members that everybody sees, and whatever else is chosen, by region; those of no region come last.
    #[must_use]
    pub fn members_by_region(&self, chosen: &[&str]) -> Vec<MemberGroup> {
        let is_chosen = |code: &str| chosen.contains(&code);
        let group = |region: Option<Region>| {
            let mut members = self
                .choices(|it| it.region == region && (it.is_listed() || (is_chosen(&it.code) && self.may_name(it))));
            if region.is_none() {
                let unknown =
                    chosen.iter().filter(|code| self.titles.get(code).is_none_or(|title| !self.may_name(title)));
                members.extend(unknown.map(|code| Choice::new(*code, *code)));
            }
            let label = region.map_or_else(|| self.text("list-no-region"), |it| self.words("region", it.as_str()));
            let chosen = members.iter().filter(|member| is_chosen(&member.value)).count();
            MemberGroup { label, members, chosen }
        };
        let groups = Region::ALL.iter().copied().map(Some).chain([None]).map(group);
        groups.filter(|group| !group.members.is_empty()).collect()
    }

    /// The active technologies, in the order of the list.
    #[must_use]
    pub fn technology_choices(&self) -> Vec<Choice> {
        let known = self.titles.technologies.iter();
        known.map(|known| Choice::new(&known.code, known.name_in(self.language()))).collect()
    }

    /// The name of the technology with this code, in the language of the page.
    #[must_use]
    pub fn technology<'a>(&'a self, code: &'a str) -> &'a str {
        let known = self.titles.technologies.iter().find(|known| known.code == code);
        known.map_or(code, |known| known.name_in(self.language()))
    }

    /// Whether the viewer may know of an organisation: of a hidden one even its name would tell that it is there.
    fn may_name(&self, title: &Title) -> bool {
        !title.is_hidden() || self.viewer().is_some_and(|viewer| policy::knows_hidden(viewer, title.id))
    }

    fn choices(&self, is_offered: impl Fn(&Title) -> bool) -> Vec<Choice> {
        let titles = self.titles.sorted(self.language()).into_iter().filter(|&title| is_offered(title));
        titles.map(|title| Choice::new(&title.code, title.name_in(self.language()))).collect()
    }
}
