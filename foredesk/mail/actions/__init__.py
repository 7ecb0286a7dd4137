from foredesk.mail.bundles import written
from foredesk.mail.emails import render_mail
from foredesk.mail.self_test import Step

from .addresses import forget_bounce, heard_from, mark_bounce
from .choosing import choose_ways, mark_seen
from .forgetting import forget_mails_about, forget_mails_to, replace_in_mails_about
from .posting import change_scope, hold_on, post, release_held, remember_id
from .retrying import retry_failed, retry_mail, run_self_test

__all__ = [
    "Step",
    "change_scope",
    "choose_ways",
    "forget_bounce",
    "forget_mails_about",
    "forget_mails_to",
    "heard_from",
    "hold_on",
    "mark_bounce",
    "mark_seen",
    "post",
    "release_held",
    "remember_id",
    "render_mail",
    "replace_in_mails_about",
    "retry_failed",
    "retry_mail",
    "run_self_test",
    "written",
]
