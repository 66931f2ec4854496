//! `/statistics/directory`.

use std::time::Duration;

use actix_web::web;

use super::types::DirectoryFigures;
use super::{rules, store};
use crate::app::Portal;
use crate::error::Error;
use crate::http::problem::Problem;
use crate::identity::guards::StatisticsReader;

/// From when on an unconfirmed contact is one for long.
const LONG: Duration = Duration::from_hours(24 * 90);
/// The time whose decisions are looked at.
const YEAR: Duration = Duration::from_hours(24 * 365);

/// The routes of this feature.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/statistics/directory").route(web::get().to(directory)));
}

/// How the directory stands: members without contacts, contacts by confirmation, what waits, how long decisions took.
#[utoipa::path(get, path = "/api/v1/statistics/directory", tag = "statistics",
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = DirectoryFigures), (status = "default", body = Problem)))]
pub async fn directory(_: StatisticsReader, portal: web::Data<Portal>) -> Result<web::Json<DirectoryFigures>, Error> {
    let now = portal.clock.now();
    portal
        .db
        .read_snapshot(move |conn| {
            let (members, listed) = (store::members(conn)?, store::listed(conn)?);
            let (waiting, waited) =
                (store::waiting(conn, now.minus(LONG), now)?, store::waited(conn, now.minus(YEAR))?);
            Ok(rules::figures(&members, &listed, &waiting, waited, now))
        })
        .await
        .map(web::Json)
}
