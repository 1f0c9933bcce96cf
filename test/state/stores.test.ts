import { describe } from "vitest";
import { conforms } from "./conformance.js";
import { hasRedis } from "./redis-server.js";
import { fileSubject, memorySubject, redisSubject } from "./subjects.js";

conforms("memory", memorySubject);
conforms("file", fileSubject);
describe.skipIf(!hasRedis)("with redis-server", () => conforms("redis", redisSubject));
