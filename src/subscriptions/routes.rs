//! `/topics`, `/me/subscriptions`.

use actix_web::web;

use super::TopicSubscriptions;
use super::types::{GivenSubscriptions, GivenTopic, Subscriptions, Topic, Topics};
use crate::audit::Trace;
use crate::error::Error;
use crate::http::operations::operations;
use crate::http::{Json, Operations, RequestContext};
use crate::identity::guards::{ActiveContact, CanManageAnnouncements, CanReadProfile, CurrentUser};

/// The operations of this feature.
pub fn operations() -> Operations {
    operations![topics, name_topic, own, choose]
}

/// What announcements are about.
#[utoipa::path(get, path = "/api/v1/topics", tag = "announcements", responses((status = 200, body = Topics)))]
pub async fn topics(_: ActiveContact, service: web::Data<TopicSubscriptions>) -> Result<web::Json<Topics>, Error> {
    service.topics().await.map(|data| web::Json(Topics { data }))
}

/// Names a topic, new or known, or retires it.
#[utoipa::path(put, path = "/api/v1/topics/{code}", tag = "announcements", params(("code" = String, Path)),
    request_body = GivenTopic, responses((status = 200, body = Topic)))]
pub async fn name_topic(
    announcer: CanManageAnnouncements,
    service: web::Data<TopicSubscriptions>,
    caller: RequestContext,
    code: web::Path<String>,
    body: Json<GivenTopic>,
) -> Result<web::Json<Topic>, Error> {
    let topic = service.put_topic(announcer.user_id, Trace::from(&caller), code.into_inner(), body.0);
    topic.await.map(web::Json)
}

/// Which topics one gets, and how often.
#[utoipa::path(get, path = "/api/v1/me/subscriptions", tag = "me", responses((status = 200, body = Subscriptions)))]
pub async fn own(
    reader: CanReadProfile,
    service: web::Data<TopicSubscriptions>,
) -> Result<web::Json<Subscriptions>, Error> {
    service.get(reader.user_id).await.map(web::Json)
}

/// Says which topics one wants, and how often announcements about them are mailed; what is not named stays as it is.
#[utoipa::path(put, path = "/api/v1/me/subscriptions", tag = "me", request_body = GivenSubscriptions,
    responses((status = 200, body = Subscriptions)))]
pub async fn choose(
    reader: CurrentUser,
    service: web::Data<TopicSubscriptions>,
    caller: RequestContext,
    body: Json<GivenSubscriptions>,
) -> Result<web::Json<Subscriptions>, Error> {
    service.choose(reader.user_id, Trace::from(&caller), body.0).await.map(web::Json)
}
