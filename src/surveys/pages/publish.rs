//! The page that publishes a draft: it names what follows, and publishes the state that was shown alone.

use serde::Deserialize;

use super::super::{SurveyVersion, Surveys, VersionState};
use super::version_address;
use crate::error::Error;
use crate::http::{IfMatch, etag};
use crate::identity::guards::CanManageSurveys;
use crate::web::{Desk, Facts, FormPage, FormState, Notice, PageResult, Posted, Shown};

/// What the page sends.
#[derive(Deserialize)]
pub(super) struct PublishForm {
    #[serde(default)]
    version: String,
}

/// A survey and the number of its version.
type Place = (String, i32);

/// The page that asks.
pub(super) async fn ask(desk: Desk<CanManageSurveys, Surveys, Place>) -> PageResult {
    let version = read(&desk).await?;
    let form = FormState::default().set("version", etag::version_of(&version.stamp)?);
    show(&desk, &version, &form)
}

/// Publishes the draft.
pub(super) async fn publish(desk: Desk<CanManageSurveys, Surveys, Place>, posted: Posted<PublishForm>) -> PageResult {
    let Posted { input, form } = posted;
    let (code, number) = (desk.place.0.to_lowercase(), desk.place.1);
    let published = async {
        let seen = Some(IfMatch::of_version(&input?.version));
        desk.service.publish(desk.person.0.clone(), desk.trace(), (code, number), seen, desk.page.language()).await
    };
    let published = Box::pin(published).await;
    let way = |version: SurveyVersion| {
        let SurveyVersion { survey, summary, .. } = version;
        (version_address(&survey, summary.number), Notice::new("survey-published").with("number", summary.number))
    };
    desk.lead_on(form, published, way, async |desk, form| {
        // The errors of a questionnaire are told at their places, on the page of the version.
        let form = form.with_errors_among(&[]);
        let version = read(desk).await?;
        show(desk, &version, &form.set("version", etag::version_of(&version.stamp)?))
    })
    .await
}

async fn read(desk: &Desk<CanManageSurveys, Surveys, Place>) -> Result<SurveyVersion, Error> {
    let (code, number) = desk.place.clone();
    desk.service.version(desk.person.0.clone(), code, number, desk.page.language()).await
}

fn show(desk: &Desk<CanManageSurveys, Surveys, Place>, version: &SurveyVersion, form: &FormState) -> PageResult {
    let page = &desk.page;
    let SurveyVersion { survey, summary, faults, .. } = version;
    let back = version_address(survey, summary.number);
    let content = FormPage::new(page, form, "survey-publish", &summary.number.to_string())
        .about(
            Facts::default()
                .with(page.text("th-survey"), Shown::code(survey))
                .with(page.text("th-version"), Shown::code(summary.number))
                .with(page.text("th-changed"), Shown::moment(page, summary.updated_at)),
        )
        .back_to(&back, page.text("link-back-to-version"));
    if summary.state == VersionState::Published {
        return content.leading_instead(page.text("survey-publish.published"), Shown::default()).show();
    }
    if !faults.is_empty() {
        let reason = page.say("survey-publish.faults", "count", faults.len());
        let way = Shown::text(page.text("link-survey-faults")).leading_to(format!("{back}#faults-of-draft"));
        return content.leading_instead(reason, way).show();
    }
    content.dangerous().show()
}
