/** The API page at /docs, and that of other programs at /partners/docs: the server's own OpenAPI document, to read and to try. */
import 'swagger-ui-dist/swagger-ui.css'
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js'

const url = location.pathname.startsWith('/partners/') ? '/partners/openapi.json' : '/openapi.json'
SwaggerUI({ dom_id: '#api', url, deepLinking: true, docExpansion: 'none', persistAuthorization: true })
