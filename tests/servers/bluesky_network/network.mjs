// A small Bluesky for tests: PLC, PDS, AppView and moderation of @atproto/dev-env, and a chat service of ours.
//
// Told by the environment: CONTROL_PORT, DB_POSTGRES_URL, DB_POSTGRES_SCHEMA. On the control port `GET /` says where
// everything is, and `POST /settle` answers once everything written so far is indexed. Nobody but this computer is served.
import http from 'node:http'
import net from 'node:net'
import { TestNetwork } from '@atproto/dev-env'
import { ChatService } from './chat.mjs'

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...told) {
  const [first, ...rest] = told
  if (typeof first === 'object' && first !== null && 'port' in first) told = [{ ...first, host: '127.0.0.1' }, ...rest]
  else if (typeof first === 'number') told = [first, '127.0.0.1', ...rest.filter((one) => typeof one === 'function')]
  return listen.apply(this, told)
}

process.env.REDIS_HOST ??= 'unused'
const network = await TestNetwork.create({})
// The PDS looks for news of its own ever more seldom, up to a second apart: `settle` would wait for that each time.
network.pds.ctx.sequencer.exponentialBackoff = () => new Promise((done) => setTimeout(done, 50))
const chat = await ChatService.start(network.plc.url)
const places = JSON.stringify({
  plc: network.plc.url,
  pds: network.pds.url,
  appview: network.bsky.url,
  ozone: network.ozone.url,
  chat: chat.did,
})

async function settle() {
  await network.bsky.bsyncSub.processAll(await network.bsync.getStreamHeads(), 30_000)
  await network.processFullSubscription(30_000)
}

http
  .createServer(async (request, response) => {
    try {
      if (request.method === 'POST') await settle()
      response.end(places)
    } catch (failure) {
      response.writeHead(500).end(String(failure))
    }
  })
  .listen(Number(process.env.CONTROL_PORT))
