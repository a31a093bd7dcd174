//! Following a job by server-sent events.

use std::time::Duration;

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpResponse, get};
use api_types::jobs::JobView;
use futures::{Stream, stream};
use tokio::sync::watch;
use uuid::Uuid;

use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// How often the job is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(400);
/// A sign of life after so many looks without a change, so that nobody between closes the connection.
const QUIET_LOOKS: u32 = 37;
/// Looks of one answer: half an hour. Browsers then ask again by themselves.
const LOOKS: u32 = 4500;

/// Sends the job as an event `job` now and whenever it changes; ends when the job does.
#[utoipa::path(
    tag = "jobs",
    params(("workspace" = String, Path), ("job_id" = Uuid, Path)),
    responses((
        status = 200,
        description = "Events named job, whose data is a JobView",
        content_type = "text/event-stream",
        body = String
    ))
)]
#[get("/api/v1/workspaces/{workspace}/jobs/{job_id}/events")]
pub async fn follow_job(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let job_id = path.1;
    super::find(&state.db, &member, job_id).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("cache-control", "no-store"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(Box::pin(events(state, member, job_id))))
}

/// Where following is.
struct Following {
    last: Option<JobView>,
    looks: u32,
    quiet: u32,
    ended: bool,
    stopping: watch::Receiver<bool>,
}

fn events(
    state: Data<AppState>,
    member: Member,
    job_id: Uuid,
) -> impl Stream<Item = Result<Bytes, Problem>> {
    let begun = Following {
        last: None,
        looks: 0,
        quiet: 0,
        ended: false,
        stopping: state.stopping.subscribe(),
    };
    stream::try_unfold(begun, move |mut following| {
        let (state, member) = (state.clone(), member.clone());
        async move {
            loop {
                if following.ended || following.looks >= LOOKS {
                    return Ok(None);
                }
                if following.looks > 0 {
                    tokio::select! {
                        () = tokio::time::sleep(LOOK_EVERY) => {}
                        _ = following.stopping.wait_for(|stop| *stop) => return Ok(None),
                    }
                }
                following.looks += 1;
                let job = super::find(&state.db, &member, job_id).await?;
                following.ended = job.state.is_final();
                let view = super::view(job);
                if following.last.as_ref() != Some(&view) {
                    let data = serde_json::to_string(&view).map_err(Problem::internal)?;
                    following.last = Some(view);
                    following.quiet = 0;
                    return Ok(Some((
                        Bytes::from(format!("event: job\ndata: {data}\n\n")),
                        following,
                    )));
                }
                following.quiet += 1;
                if following.quiet >= QUIET_LOOKS {
                    following.quiet = 0;
                    return Ok(Some((Bytes::from_static(b": still here\n\n"), following)));
                }
            }
        }
    })
}
