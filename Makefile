# 呼应. `make run` and `make test` do all the set-up themselves on a fresh machine with Python ≥ 3.11.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
ROUNDS ?= 200
VENV := .venv
BIN := $(VENV)/bin

# Nothing is compiled again by each of the many processes that a run or the tests start, whatever the machine says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test check bench faults kafka pictures lock clean
.DEFAULT_GOAL := help

help: ## 列出可用命令
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

$(VENV)/.run: requirements/run.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高版本(可用 make run PYTHON=/路径/python3.11 指定)。"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "缺少 venv 组件:请先安装(Debian:apt-get install python3-venv)。"; exit 1; }
	@test -x $(BIN)/python || { echo "正在建立运行环境……"; $(PYTHON) -m venv $(VENV); }
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . 2>/dev/null
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.run
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

run: $(VENV)/.run ## 启动演示实例 http://127.0.0.1:8000(KAFKA=1 为正式环境的形态:各进程经 Kafka)
ifeq ($(KAFKA),1)
	@$(BIN)/huying run-with-kafka --port $(PORT)
else
	@$(BIN)/huying serve --demonstration --port $(PORT)
endif

test: $(VENV)/.dev ## 全部测试(自行准备真实 PostgreSQL、Kafka 和浏览器)
	@$(BIN)/python -m infra.test_setup
	@$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder --durations=25 --durations-min=10 $(ARGS)

check: $(VENV)/.dev ## 静态检查:ruff、mypy --strict、import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.dev ## 性能测量(QUICK=1 约两分钟,ONLY=queue_page,search 只测其中几项)
	@$(BIN)/python -m infra.test_setup
	@$(BIN)/python -m tests.benchmarks $(if $(QUICK),--quick,) $(if $(ONLY),--only $(ONLY),)

faults: $(VENV)/.dev ## 故障考验:杀进程(含时钟,直至全部同时)、磁盘写满等(ROUNDS=200 SEED=… ;root 时含磁盘写满)
	@$(BIN)/python -m infra.test_setup
	@$(BIN)/python -m tests.faults --rounds $(ROUNDS) $(if $(SEED),--seed $(SEED),)

kafka: $(VENV)/.run ## 启动本机单节点 Kafka(数据在 var/kafka)
	@$(BIN)/huying kafka up

pictures: $(VENV)/.dev ## 重新拍摄 docs/pictures 中的页面图片
	@$(BIN)/python -m infra.test_setup
	@$(BIN)/python -m tests.pictures

lock: $(VENV)/.dev ## 更新锁定文件(只含版本和哈希)
	@$(BIN)/pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-header --no-emit-index-url --no-annotate pyproject.toml requirements/build.in -o requirements/run.lock
	@$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-header --no-emit-index-url --no-annotate --extra dev -c requirements/run.lock pyproject.toml requirements/build.in -o requirements/dev.lock

clean: ## 删除运行环境和缓存(不动 var/ 中的数据)
	@rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
