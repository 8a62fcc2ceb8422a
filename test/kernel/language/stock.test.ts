import { holdAssistanceAgainst } from "./assistance.ts";
import { allCases } from "./cases/index.ts";
import { holdAgainst } from "./harness.ts";
import { StockLanguage } from "./stock/stock.ts";

const stock = { name: "stock", create: (folder: string) => new StockLanguage({ folder }) };

holdAgainst(stock, allCases);
holdAssistanceAgainst(stock);
