"""The doors to sign in and out, and to one's own account."""

from flask import Blueprint, redirect, render_template, session

from lms.access.permissions import OPEN, SIGNED_IN, needs

accounts = Blueprint("accounts", __name__)


@accounts.get("/sign-in")
@needs(OPEN)
def sign_in():
    return render_template("accounts/sign_in.html")


@accounts.post("/sign-out")
@needs(OPEN)
def sign_out():
    session.pop("token", None)
    return redirect("/")


@accounts.get("/own")
@needs(SIGNED_IN)
def own():
    return render_template("accounts/own.html")
