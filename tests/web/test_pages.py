"""Pages call the functions of the house by themselves, and read as they did."""

import pytest
from flask.templating import Environment

from lms.web.pages import AT_ONCE

PAGE = """
{%- macro row(said, more='') -%}
{{ _('单位') }}:{{ said }}{{ more }}{{ caller() if caller is defined else '' }};
{%- endmacro -%}
{%- for one in [1, 2] -%}{{ row(_('第 %(n)s 题', n=one)) }}{%- endfor -%}
{%- call row(_('考试'), more=_('考试') | length) -%}{{ _('考试') }}{%- endcall -%}
{%- set words = {'n': 7} -%}{{ _('第 %(n)s 题', **words) }}{{ _(*['单位']) }}
{%- block last %}{{ _('考试') if words else '' }}{% endblock -%}
"""


def test_what_is_called_at_once_wants_nothing_of_the_page(app):
    for name in AT_ONCE:
        assert not hasattr(app.jinja_env.globals[name], "jinja_pass_arg")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_reads_as_when_its_context_calls(app, language):
    usual = app.jinja_env.overlay()
    usual.code_generator_class = Environment.code_generator_class
    with app.test_request_context("/", headers={"Cookie": f"language={language}"}):
        said = app.jinja_env.from_string(PAGE).render()
        assert said == usual.from_string(PAGE).render()
    assert "7" in said
