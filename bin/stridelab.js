#!/usr/bin/env node
import "../dist/kernel/bundled/main.js";
