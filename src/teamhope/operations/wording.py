"""What administrators read of recurring jobs: each in plain words, how long, and what is refused."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from teamhope.kit.i18n import N_, gettext, ngettext
from teamhope.operations.rules_jobs import Standing

JOBS: Final[dict[str, str]] = {
    "heartbeat": N_("Shows that a worker is alive"),
    "watch_backups": N_("Looks whether there is a recent backup"),
    "backup": N_("Backs up everything, and reads the backup back"),
    "purge": N_("Removes what has been kept long enough"),
    "mark_due": N_("Puts promised calls on the list when they are due"),
    "watch_promises": N_("Asks cover persons and staff when nobody has made a promised call"),
    "count_promises": N_("Counts which promises to families were kept"),
    "keep_wall_time": N_("Keeps each promised call at its hour when the rules of a time zone change"),
    "dispatch_due": N_("Sends texts to volunteers and families"),
    "dial_due": N_("Rings the telephones of calls that were asked for"),
    "tend_calls": N_("Ends calls in which somebody is left alone, and closes those that are over"),
    "ask_about_legs": N_("Asks about calls of which nothing was heard"),
    "ask_to_log": N_("Asks staff about calls that were made and not logged for a day"),
    "apply_callbacks": N_("Notes what became of texts"),
    "apply_replies": N_("Does what texts that came back ask for"),
    "send_letters": N_("Sends emails with links"),
    "ask_about_silent": N_("Asks about texts of which nothing was heard"),
    "watch_escalations": N_("Rings and tells staff about calls for help until somebody takes them"),
    "plan_reminders": N_("Plans the reminders of today"),
    "plan_nudges": N_("Plans nudges about calls that begin, or that nobody made"),
    "remind_families": N_("Plans reminders to families that want them"),
    "erase_bodies": N_("Has the telephone provider forget what families were sent"),
    "expire_offers": N_("Ends offers that nobody answered in time"),
    "watch_credentials": N_("Tells of credentials that end, and suspends who has lost one"),
    "ask_to_call_who_waits": N_("Asks staff to call families that have waited a week without a word"),
    "prepare_proposal": N_("Works out in the morning who could be matched with whom"),
    "ask_to_reconfirm": N_("Asks staff to confirm numbers that were confirmed long ago"),
    "resume_requests": N_("Puts families back in the queue on the day they chose"),
    "ask_after_holds": N_("Asks what to do when the day of a hold has come"),
    "delete_old_drafts": N_("Deletes unfinished notes after 72 hours"),
    "reconcile_calls": N_("Compares the log with the telephone company's list of calls"),
    "seal": N_("Seals the audit"),
    "remove_expired": N_("Removes sessions and links that have ended"),
    "run_asked": N_("Looks for jobs that were asked for on this page"),
}
REFUSALS: Final[dict[str, str]] = {
    "job_done_today": N_("This job runs once a day and is done for today. There is nothing to do."),
}


def say_job(job: Standing) -> str:
    return gettext(JOBS.get(job.name, job.name))


def say_jobs(jobs: Sequence[Standing]) -> str:
    return "; ".join(map(say_job, jobs))


def say_length(length: timedelta) -> str:
    """The largest unit of which there are two or more, rounded down."""
    seconds = int(length.total_seconds())
    if seconds < 1:
        return gettext("less than a second")
    if seconds < 120:
        return ngettext("%(count)s second", "%(count)s seconds", seconds, count=seconds)
    if seconds < 2 * 3600:
        return gettext("%(count)s minutes", count=seconds // 60)
    return gettext("%(count)s hours", count=seconds // 3600)
