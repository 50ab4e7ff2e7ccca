// Bluesky's chat for tests: chat.bsky.convo in memory, as the published lexicons have it, which check every request and
// answer. Reached as the real one is: the PDS finds it by its DID and passes on what users say, signed with their keys.
import { once } from 'node:events'
import express from 'express'
import * as plc from '@did-plc/lib'
import { schemas } from '@atproto/api'
import { TID } from '@atproto/common-web'
import { Secp256k1Keypair } from '@atproto/crypto'
import { InvalidRequestError, createServer, parseReqNsid, verifyJwt } from '@atproto/xrpc-server'

const LOGS = 20

export class ChatService {
  constructor(directory) {
    this.directory = directory
    this.convos = new Map()
    this.logs = new Map()
    this.read = new Map()
    this.closed = new Set()
    this.before = TID.nextStr()
  }

  static async start(plcUrl) {
    const service = new ChatService(new plc.Client(plcUrl))
    const app = express()
    const server = app.listen(0)
    await once(server, 'listening')
    const endpoint = `http://localhost:${server.address().port}`
    const key = await Secp256k1Keypair.create()
    service.did = await service.directory.createDid({
      signingKey: key.did(), rotationKeys: [key.did()], handle: 'chat.test', pds: endpoint, signer: key,
    })
    await service.directory.updateData(service.did, key, (data) => {
      data.services['bsky_chat'] = { type: 'BskyChatService', endpoint }
      return data
    })
    app.use(service.routes())
    return service
  }

  routes() {
    const server = createServer(schemas.filter((one) => !one.id.startsWith('chat.bsky.group')))
    const auth = async ({ req }) => {
      const token = (req.headers.authorization ?? '').replace('Bearer ', '')
      const said = await verifyJwt(token, null, parseReqNsid(req), async (iss) => {
        const data = await this.directory.getDocumentData(iss.split('#')[0])
        return data.verificationMethods['atproto']
      })
      if (said.aud.split('#')[0] !== this.did) throw new InvalidRequestError('This is for somebody else')
      return { credentials: { did: said.iss } }
    }
    const answer = (name, make) =>
      server.method(`chat.bsky.convo.${name}`, {
        auth,
        handler: async ({ auth: { credentials }, params, input }) => ({
          encoding: 'application/json',
          body: await make(credentials.did, params, input?.body),
        }),
      })
    answer('getConvoForMembers', (me, { members }) => this.open(me, members))
    answer('getConvo', async (me, { convoId }) => ({ convo: await this.view(me, this.convo(me, convoId)) }))
    answer('listConvos', (me, params) => this.list(me, params))
    answer('getMessages', (me, params) => this.messages(me, params))
    answer('getLog', (me, { cursor }) => this.log(me, cursor))
    answer('sendMessage', (me, _, { convoId, message }) => this.send(me, convoId, message))
    answer('deleteMessageForSelf', (me, _, { convoId, messageId }) => this.delete(me, convoId, messageId))
    answer('addReaction', (me, _, said) => this.react(me, said, true))
    answer('removeReaction', (me, _, said) => this.react(me, said, false))
    answer('updateRead', async (me, _, { convoId, messageId }) => {
      const convo = this.convo(me, convoId)
      this.read.set(`${me} ${convoId}`, messageId ?? TID.nextStr())
      const message = this.seen(me, convo).find((one) => one.id === messageId) ?? this.seen(me, convo).at(-1)
      this.note(convo, 'logReadMessage', { message }, [me])
      return { convo: await this.view(me, convo) }
    })
    return server.router
  }

  convo(me, id) {
    const found = this.convos.get(id)
    if (!found?.members.includes(me)) throw new InvalidRequestError('Convo not found', 'InvalidConvo')
    return found
  }

  async open(me, members) {
    const all = [...new Set([me, ...members])].sort()
    let convo = [...this.convos.values()].find((one) => one.members.join() === all.join())
    if (!convo) {
      convo = { id: TID.nextStr(), members: all, messages: [], rev: TID.nextStr(), gone: new Set() }
      this.convos.set(convo.id, convo)
      this.note(convo, 'logBeginConvo', {})
    }
    return { convo: await this.view(me, convo) }
  }

  async view(me, convo) {
    const members = await Promise.all(convo.members.map(async (did) => {
      const data = await this.directory.getDocumentData(did)
      return { did, handle: data.alsoKnownAs[0].replace('at://', '') }
    }))
    const read = this.read.get(`${me} ${convo.id}`) ?? ''
    const unreadCount = convo.messages.filter((one) => one.sender.did !== me && one.id > read).length
    const last = this.seen(me, convo).at(-1)
    return { id: convo.id, rev: convo.rev, members, muted: false, unreadCount, ...(last && { lastMessage: last }) }
  }

  seen(me, convo) {
    return convo.messages.map(({ $type, ...one }) =>
      convo.gone.has(`${me} ${one.id}`)
        ? { $type: 'chat.bsky.convo.defs#deletedMessageView', id: one.id, rev: one.rev, sender: one.sender, sentAt: one.sentAt }
        : { $type, ...one },
    )
  }

  async list(me, { limit, cursor }) {
    const mine = [...this.convos.values()]
      .filter((one) => one.members.includes(me) && one.messages.length && (!cursor || one.rev < cursor))
      .sort((a, b) => (a.rev < b.rev ? 1 : -1))
    const page = mine.slice(0, limit)
    const more = mine.length > limit ? { cursor: page.at(-1).rev } : {}
    return { convos: await Promise.all(page.map((one) => this.view(me, one))), ...more }
  }

  messages(me, { convoId, limit, cursor }) {
    const all = this.seen(me, this.convo(me, convoId)).filter((one) => !cursor || one.id < cursor).reverse()
    const page = all.slice(0, limit)
    return { messages: page, ...(all.length > limit && { cursor: page.at(-1).id }) }
  }

  log(me, cursor) {
    const all = this.logs.get(me) ?? []
    if (!cursor) return { logs: [], cursor: all.at(-1)?.rev ?? this.before }
    const logs = all.filter((one) => one.rev > cursor).slice(0, LOGS)
    return { logs, cursor: logs.at(-1)?.rev ?? cursor }
  }

  send(me, convoId, { text, facets }) {
    const convo = this.convo(me, convoId)
    const [id, rev, sentAt] = [TID.nextStr(), TID.nextStr(), new Date().toISOString()]
    const message = { id, rev, text, ...(facets && { facets }), sender: { did: me }, sentAt, reactions: [] }
    convo.messages.push({ $type: 'chat.bsky.convo.defs#messageView', ...message })
    this.note(convo, 'logCreateMessage', { message: convo.messages.at(-1) })
    return message
  }

  delete(me, convoId, messageId) {
    const convo = this.convo(me, convoId)
    convo.gone.add(`${me} ${messageId}`)
    const message = this.seen(me, convo).find((one) => one.id === messageId)
    this.note(convo, 'logDeleteMessage', { message }, [me])
    const { $type, ...plain } = message
    return plain
  }

  react(me, { convoId, messageId, value }, add) {
    const convo = this.convo(me, convoId)
    const message = convo.messages.find((one) => one.id === messageId)
    const others = message.reactions.filter((one) => one.sender.did !== me || one.value !== value)
    const reaction = { value, sender: { did: me }, createdAt: new Date().toISOString() }
    message.reactions = add ? [...others, reaction] : others
    this.note(convo, add ? 'logAddReaction' : 'logRemoveReaction', { message, reaction })
    return { message }
  }

  note(convo, type, more, whom = convo.members) {
    convo.rev = TID.nextStr()
    for (const did of whom) {
      const entry = { $type: `chat.bsky.convo.defs#${type}`, rev: convo.rev, convoId: convo.id, ...more }
      this.logs.set(did, [...(this.logs.get(did) ?? []), structuredClone(entry)])
    }
  }
}
