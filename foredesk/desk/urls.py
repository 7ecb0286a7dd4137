from django.urls import path

from .views import calls, closing, conversation, everything, followers, queues, ticket, understanding, work

app_name = "desk"

urlpatterns = [
    path("", queues.today, name="today"),
    path("deep/", queues.deep, name="deep"),
    path("mine/", queues.mine, name="mine"),
    path("waiting/", queues.waiting, name="waiting"),
    path("silent/", queues.silent, name="silent"),
    path("all/", everything.everything, name="all"),
    path("calls/new/", calls.call, name="call"),
    path("calls/class", calls.guess, name="call_class"),
    path("tickets/<int:number>/", ticket.page, name="ticket"),
    path("tickets/<int:number>/visit", ticket.presence, name="visit"),
    path("tickets/<int:number>/files/<uuid:pk>", ticket.file, name="file"),
    path("tickets/<int:number>/copy", ticket.copy, name="copy"),
    path("tickets/<int:number>/messages", conversation.reply, name="reply"),
    path("tickets/<int:number>/notes", conversation.note, name="note"),
    path("tickets/<int:number>/drafts/<slug:purpose>", conversation.draft, name="draft"),
    path("tickets/<int:number>/canned/<int:pk>", conversation.canned, name="canned"),
    path("tickets/<int:number>/restatement", understanding.restatement, name="restatement"),
    path("tickets/<int:number>/restatement/left-out", understanding.left_out, name="left_out"),
    path("tickets/<int:number>/stance", understanding.stance, name="stance"),
    path("tickets/<int:number>/taken", work.taken, name="taken"),
    path("tickets/<int:number>/assignee", work.assignee, name="assignee"),
    path("tickets/<int:number>/put-back", work.back, name="put_back"),
    path("tickets/<int:number>/class", work.classification, name="class"),
    path("tickets/<int:number>/impact", work.impact, name="impact"),
    path("tickets/<int:number>/hand-off", work.handoff, name="hand_off"),
    path("tickets/<int:number>/wait", work.wait, name="wait"),
    path("tickets/<int:number>/wait/end", work.wait_end, name="wait_end"),
    path("tickets/<int:number>/next-update", work.next_update, name="next_update"),
    path("tickets/<int:number>/solution", closing.solution, name="solution"),
    path("tickets/<int:number>/followers", followers.followers, name="followers"),
    path("tickets/<int:number>/followers/<int:pk>", followers.follower, name="follower"),
]
