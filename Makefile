# Everything from a clean machine to a running program. Needs Python 3.11 or newer and make.
.POSIX:
.PHONY: help run serve test bench torture lint lock messages pictures clean

# The distribution's own, where it can make an environment: it is built with a profile, and a fifth
# quicker than one that was only compiled (docs/benchmarks.md). Else the first on the path.
OWN = /usr/bin/python3
PYTHON = $(shell $(OWN) -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $(OWN) || echo python3)
UV = uv
BIN = .venv/bin
# What was read once is kept as bytecode, also where the machine is told not to: each of the many
# processes that the tests begin would read the whole house anew.
PYTEST = env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n 2 --dist worksteal $(ONLY)

# The first Python that is new enough makes the environment; an existing, fitting one is left alone.
SET_UP = for python in $(PYTHON) python3.14 python3.13 python3.12 python3.11 none; do \
	if [ $$python = none ]; then \
		echo '需要 Python 3.11 或更新的版本，请先安装。  /  Python 3.11 or newer is needed; please install it first.' >&2; \
		exit 1; \
	fi; \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	done; $$python lms/commands/environment.py

help:
	@echo 'make run       演示：一座演示城市，http://127.0.0.1:8000  /  a demonstration city'
	@echo 'make serve     正式使用：一座空的城市  /  for real use: an empty city'
	@echo 'make test      运行全部测试  /  every test (make test ONLY=tests/people for some)'
	@echo 'make bench     测量速度  /  measure what must be fast (make bench ONLY="load --postgresql" for some)'
	@echo 'make torture   折磨考场（断电、断网、断库）和题库读取程序  /  kill servers, lines and databases under the exam hall; hostile files'
	@echo 'make lint      检查代码  /  check the code'
	@echo 'make messages  收集要翻译的文字  /  collect the texts to translate'
	@echo 'make lock      重新锁定依赖  /  lock the dependencies anew (needs uv)'
	@echo 'make pictures  重拍使用指南的图片  /  take the pictures of the guide anew'
	@echo 'make clean     删除可以重新生成的文件，不动 var/  /  remove what can be made again, never var/'

run:
	@$(SET_UP) requirements.txt
	@exec $(BIN)/python run.py

serve:
	@$(SET_UP) requirements.txt
	@exec $(BIN)/python run.py --serve

test:
	@$(SET_UP) requirements-test.txt
	@LMS_CHROMIUM=$${LMS_CHROMIUM:-`command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome`}; \
	export LMS_CHROMIUM; \
	if [ -n "$$LMS_CHROMIUM" ]; then exec $(PYTEST); fi; \
	echo '没有找到 Chromium，浏览器测试不运行；安装：apt-get install chromium-headless-shell fonts-noto-cjk  /  No Chromium: browser tests are left out; to install: apt-get install chromium-headless-shell fonts-noto-cjk' >&2; \
	if [ -n "$$CI" ]; then exit 1; fi; \
	exec $(PYTEST) --ignore=tests/browser

bench:
	@$(SET_UP) requirements-test.txt
	@exec $(BIN)/python -m benchmarks $(ONLY)

torture:
	@$(SET_UP) requirements-test.txt
	@$(BIN)/python -m benchmarks.torture_hall; hall=$$?; \
	$(BIN)/python -m benchmarks.torture_readers && exit $$hall

lint:
	@$(SET_UP) requirements-test.txt
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m mypy

# Locks without any index address: where packages come from is each machine's own matter.
lock:
	@for name in requirements requirements-test; do \
		$(UV) pip compile $$name.in -o $$name.txt --generate-hashes --universal --python-version 3.11 \
			--no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet || exit 1; \
	done

messages:
	@$(SET_UP) requirements-test.txt
	@$(BIN)/pybabel -q extract -F babel.cfg --ignore-dirs='.*' --no-wrap --sort-by-file --add-location=file \
		-k lazy_gettext -k N_ -k told -k Refusal -k NotFound -k NotAllowed -k NotSignedIn \
		-k Conflict -k Invalid -k TooMany -k Wrong -k Fault:2 -o .venv/messages.pot .
	@if [ -f translations/en/LC_MESSAGES/messages.po ]; then verb='update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap'; \
		else verb='init --no-wrap'; fi; $(BIN)/pybabel -q $$verb -i .venv/messages.pot -d translations -l en

pictures:
	@LMS_PICTURES=docs/guide/pictures $(MAKE) test ONLY=tests/browser

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
