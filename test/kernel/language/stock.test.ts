import { holdAssistanceAgainst } from "./assistance.ts";
import { allCases } from "./cases/index.ts";
import { holdAgainst } from "./harness.ts";
import { withShortfalls } from "./stock/shortfalls.ts";
import { StockLanguage } from "./stock/stock.ts";

const stock = { name: "stock", create: (folder: string) => new StockLanguage({ folder }) };

holdAgainst(stock, withShortfalls(stock.name, allCases));
holdAssistanceAgainst(stock);
