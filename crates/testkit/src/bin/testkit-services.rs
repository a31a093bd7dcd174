//! Starts PostgreSQL and S3 for tests that are not Rust: prints one line of JSON and stays up until
//! standard input closes.

use std::io::{Read, Write};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let database_url = testkit::postgres_url().await;
    let s3 = testkit::S3Server::start().await;
    let services = serde_json::json!({
        "database_url": database_url,
        "store_url": s3.url("strata"),
        "endpoint": s3.endpoint,
        "bucket": s3.bucket,
        "access_key_id": s3.access_key_id,
        "secret_access_key": s3.secret_access_key,
        "env": {
            "AWS_ENDPOINT_URL": s3.endpoint,
            "STRATA_S3_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": s3.access_key_id,
            "AWS_SECRET_ACCESS_KEY": s3.secret_access_key,
            "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true",
        },
    });
    let mut out = std::io::stdout();
    writeln!(out, "{services}")?;
    out.flush()?;
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    Ok(())
}
