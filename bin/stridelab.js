#!/usr/bin/env node
require("../dist/kernel/bundled/main.cjs");
