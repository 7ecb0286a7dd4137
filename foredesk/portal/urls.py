from django.urls import path

from .views import answers, begin, conversation, files, followers, home, interview, request_page, requests

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    # The interview, until it is sent.
    path("ask/", begin.ask, name="ask"),
    path("ask/draft", begin.keep, name="ask_draft"),
    path("ask/<int:pk>/", interview.page, name="interview"),
    path("ask/<int:pk>/draft", interview.keep, name="interview_draft"),
    path("ask/<int:pk>/skips", interview.skip, name="interview_skip"),
    path("ask/<int:pk>/sending", interview.send, name="interview_send"),
    path("ask/<int:pk>/removal", interview.discard, name="interview_discard"),
    path("ask/<int:pk>/colleagues", interview.name_colleague, name="interview_colleagues"),
    path("ask/<int:pk>/colleagues/<int:person>/removal", interview.leave_out, name="interview_leave_out"),
    path("ask/<int:pk>/files/<uuid:file>/", files.of_interview, name="interview_file"),
    path("ask/<int:pk>/files/<uuid:file>/removal", interview.take_back, name="interview_file_removal"),
    # Requests.
    path("requests/", requests.mine, name="requests"),
    path("requests/followed/", requests.followed, name="followed"),
    path("requests/department/", requests.department, name="department"),
    path("requests/<int:number>/", request_page.page, name="request"),
    path("requests/<int:number>/messages", conversation.write, name="write"),
    path("requests/<int:number>/draft", conversation.keep, name="reply_draft"),
    path("requests/<int:number>/restatements/<int:pk>/answer", answers.restatement, name="restatement_answer"),
    path("requests/<int:number>/solutions/<int:pk>/answer", answers.solution, name="solution_answer"),
    path("requests/<int:number>/questions", answers.questions, name="questions_answer"),
    path("requests/<int:number>/withdrawal", answers.withdrawal, name="withdrawal"),
    path("requests/<int:number>/sharing", followers.sharing, name="sharing"),
    path("requests/<int:number>/followers", followers.add, name="followers"),
    path("requests/<int:number>/followers/<int:pk>/measure", followers.measure, name="measure"),
    path("requests/<int:number>/followers/<int:pk>/removal", followers.removal, name="follower_removal"),
    path("requests/<int:number>/files/<uuid:file>/", files.of_request, name="request_file"),
    path("requests/<int:number>/copy", files.copy, name="copy"),
]
